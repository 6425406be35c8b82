package dev.tandem.server.code;

import java.util.List;
import java.util.Optional;

/** Which branch of its first push becomes an empty project's default branch. */
final class DefaultBranch {
    private static final String BRANCHES = "refs/heads/";

    private DefaultBranch() {}

    /** The one the project expects, else main, else master, else the first; empty when no branch came. */
    static Optional<String> ofFirstPush(Project project, List<PushIntent> moved) {
        List<String> branches = moved.stream()
                .filter(intent ->
                        intent.ref().startsWith(BRANCHES) && !intent.after().equals(RefUpdated.ZERO))
                .map(intent -> intent.ref().substring(BRANCHES.length()))
                .toList();
        return among(project, branches);
    }

    /** The same among branches that are there. */
    static Optional<String> among(Project project, List<String> branches) {
        return List.of(project.defaultBranch(), "main", "master").stream()
                .filter(branches::contains)
                .findFirst()
                .or(() -> branches.stream().findFirst());
    }
}
