package dev.tandem.server.build.schedule;

import java.util.List;

/** A job that waits for a runner. */
public record QueuedJob(long projectId, long jobId, List<String> tags, boolean refProtected) {
    public QueuedJob {
        tags = List.copyOf(tags);
    }
}
