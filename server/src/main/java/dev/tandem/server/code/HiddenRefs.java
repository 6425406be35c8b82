package dev.tandem.server.code;

import java.util.List;

/** Refs that the server keeps for itself: nobody can push them, and people do not see them. */
public final class HiddenRefs {
    private static final List<String> PREFIXES = List.of(
            "refs/pipelines/", "refs/keep-around/", "refs/environments/", "refs/merge-requests/", "refs/tandem/");

    private HiddenRefs() {}

    public static boolean isHidden(String ref) {
        return PREFIXES.stream().anyMatch(ref::startsWith);
    }
}
