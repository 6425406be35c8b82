package dev.tandem.host;

/** How unpacking an archive ended. */
public sealed interface UnpackOutcome {

    /** All of it lies in the folder. */
    record Unpacked(int entries, long bytes) implements UnpackOutcome {}

    /**
     * It holds what no honest archive holds (a path or link that leads outside, a device, a bomb), or is damaged.
     *
     * @param entry name of the offending entry, unprintable characters replaced; empty when it is the whole archive
     * @param reason end of the sentence "the archive was refused because"
     */
    record Refused(String entry, String reason) implements UnpackOutcome {}
}
