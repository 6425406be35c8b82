package dev.tandem.agent.protocol;

/** States of a revision on an agent. */
public enum RevisionState {
    /** The bundle is being fetched and unpacked. */
    FETCHING,
    /** Its processes run; the health check has not succeeded yet. */
    STARTING,
    /** The health check succeeds. */
    HEALTHY,
    /**
     * Its processes run and a health check failed as often as it may: after it was healthy, or (it never got weight
     * then) at its start. It is looked at further and may become healthy yet.
     */
    UNHEALTHY,
    /** Its web process ended by itself and will be started again after a growing pause. */
    CRASHED,
    /** No weight any more, requests that already run may end. */
    DRAINING,
    /** Not running, as desired. Reported once more after it left the desired state. */
    STOPPED,
    /** Cannot run at all: bundle missing or damaged, no Procfile, isolation refused. Needs a new revision. */
    FAILED
}
