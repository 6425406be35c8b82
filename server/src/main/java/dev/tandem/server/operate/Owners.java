package dev.tandem.server.operate;

import java.util.Arrays;
import java.util.List;

/** Reads who owns everything from a {@code CODEOWNERS} file: the last line whose pattern is {@code *}. */
final class Owners {
    /** Where the file may lie, in GitLab's order. */
    static final List<String> FILES = List.of("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS");

    private static final int MOST = 10;

    private Owners() {}

    static List<String> ofAll(String file) {
        return file.lines()
                .map(line -> line.replaceAll("\\s#.*", "").strip())
                .filter(line -> line.matches("\\*\\s+.*"))
                .reduce((earlier, later) -> later)
                .map(line -> Arrays.stream(line.split("\\s+"))
                        .skip(1)
                        .limit(MOST)
                        .map(owner -> Texts.cut(owner, 100))
                        .toList())
                .orElse(List.of());
    }
}
