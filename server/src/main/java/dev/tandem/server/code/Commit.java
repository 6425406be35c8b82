package dev.tandem.server.code;

import java.time.Instant;
import java.util.List;

/**
 * One commit. Names, addresses and message are whatever somebody pushed: escape them.
 *
 * @param sha 40 lower-case hex digits
 * @param title first paragraph of the message, as one line
 * @param message whole message
 * @param parents their shas, the first one first
 */
public record Commit(
        String sha,
        String authorName,
        String authorEmail,
        Instant authoredAt,
        String committerName,
        String committerEmail,
        Instant committedAt,
        String title,
        String message,
        List<String> parents) {
    public Commit {
        parents = List.copyOf(parents);
    }

    /** First 8 digits, as GitLab shows them. */
    public String shortSha() {
        return sha.substring(0, 8);
    }
}
