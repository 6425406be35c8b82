package dev.tandem.server.build.compile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that one compilation came across. */
final class Found {
    private final List<IncludedFile> files = new ArrayList<>();
    private final Map<String, byte[]> contents = new LinkedHashMap<>();

    /** @param name of the file in diagnostics */
    void add(IncludedFile file, String name, byte[] content) {
        if (contents.putIfAbsent(name, content) == null) {
            files.add(file);
        }
    }

    List<IncludedFile> files() {
        return List.copyOf(files);
    }

    Optional<byte[]> content(String name) {
        return Optional.ofNullable(contents.get(name));
    }
}
