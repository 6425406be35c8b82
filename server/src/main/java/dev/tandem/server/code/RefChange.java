package dev.tandem.server.code;

/**
 * One ref that a push wants to move.
 *
 * @param ref full name
 * @param before sha it has, {@link RefUpdated#ZERO} when it does not exist
 * @param after sha it shall get, {@link RefUpdated#ZERO} when it shall go
 */
public record RefChange(String ref, String before, String after, Kind kind) {
    private static final String BRANCHES = "refs/heads/";

    /** What the change does; told apart by whoever knows the commits. */
    public enum Kind {
        CREATE,
        FAST_FORWARD,
        /** The old commit is no ancestor of the new one, so it would be lost. */
        FORCE,
        DELETE
    }

    boolean isBranch() {
        return ref.startsWith(BRANCHES);
    }

    /** Short name of the branch; only of branches. */
    String branch() {
        return ref.substring(BRANCHES.length());
    }
}
