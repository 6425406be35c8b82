package dev.tandem.server.identity;

/** How bringing back a project or group that is marked for deletion ended. */
public sealed interface Restoration {
    record Done() implements Restoration {}

    /** Nobody marked it, or somebody restored it before. */
    record NotMarked() implements Restoration {}

    /** It goes with the group above that was deleted: that one can be restored. */
    record WithGroup(long groupId) implements Restoration {}
}
