package dev.tandem.agent;

import dev.tandem.agent.protocol.Said;

/** One thing to do so that what is becomes what is desired. */
sealed interface Action {

    RevisionId id();

    /** Remember the new revision and get its bundle. */
    record Fetch(Revision revision) implements Action {
        @Override
        public RevisionId id() {
            return revision.id();
        }
    }

    /** Let the event happen to the revision. */
    record Tell(RevisionId id, RevisionEvent event, Said why) implements Action {}

    /** Remember how long requests may go on once it drains. */
    record SetDrainSeconds(RevisionId id, int seconds) implements Action {}

    /** Start a process of that type. */
    record Start(RevisionId id, String type) implements Action {}

    /** End its web process, first politely, to start it anew. */
    record Renew(RevisionId id) implements Action {}

    /** End all its processes, first politely. */
    record Stop(RevisionId id) implements Action {}

    /** Forget it and delete its folder. */
    record Remove(RevisionId id) implements Action {}
}
