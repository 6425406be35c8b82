package dev.tandem.server.build.downstream;

import dev.tandem.server.build.schedule.PipelineWish;

/** What becomes of a trigger job's wish. */
sealed interface Order {
    /** @param what is triggered, for the job's log */
    record Wanted(PipelineWish wish, String what) implements Order {}

    /**
     * @param reason GitLab's failure reason
     * @param why a sentence for people
     */
    record Refused(String reason, String why) implements Order {}
}
