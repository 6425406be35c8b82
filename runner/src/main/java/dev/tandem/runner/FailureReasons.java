package dev.tandem.runner;

import java.util.List;
import java.util.Set;

/** The protocol's words for why a job failed, and what is said to a coordinator that does not know one. */
final class FailureReasons {
    static final String SCRIPT = "script_failure";
    static final String SYSTEM = "runner_system_failure";
    static final String TIMEOUT = "job_execution_timeout";
    static final String INTERRUPTED = "runner_interrupted";
    static final String CANCELED = "job_canceled";
    static final String CONFIGURATION = "runner_configuration_error";
    private static final String UNKNOWN = "unknown_failure";

    /** Known to every coordinator, listed or not. */
    private static final Set<String> ALWAYS = Set.of(SCRIPT, SYSTEM, TIMEOUT, UNKNOWN);

    private FailureReasons() {}

    static String known(String reason, List<String> listed) {
        if (ALWAYS.contains(reason) || listed.contains(reason)) {
            return reason;
        }
        return reason.equals(CONFIGURATION) ? SCRIPT : UNKNOWN;
    }
}
