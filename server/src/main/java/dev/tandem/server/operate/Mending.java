package dev.tandem.server.operate;

/** Decides whether a deployment that succeeded ends an incident. */
final class Mending {
    private Mending() {}

    /**
     * What opened by itself because of a deployment, a rollback or lost health is mended by the next deployment that
     * succeeds, judged by their ids and not by clocks. What a person opened is theirs to resolve; and only the check itself
     * can tell that it gets its answer again.
     *
     * @param newestFailed the newest deployment that failed in it; 0 when none did
     */
    static boolean mends(Incident incident, long newestFailed, long deploymentId) {
        long suspect = incident.deploymentId() == null ? 0 : incident.deploymentId();
        boolean newer = deploymentId > Math.max(newestFailed, suspect);
        return newer
                && switch (incident.origin()) {
                    case FAILED_ROLLOUT, ROLLBACK, FAILED_ROLLBACK, LOST_HEALTH -> true;
                    case UPTIME_CHECK -> incident.recovered();
                    case PERSON, ELSEWHERE -> false;
                };
    }
}
