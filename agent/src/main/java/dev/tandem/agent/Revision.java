package dev.tandem.agent;

import dev.tandem.agent.protocol.RevisionSpec;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.Said;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the agent remembers of one revision, also over its own death. Immutable.
 *
 * @param service key of the service
 * @param drainSeconds as last desired
 * @param uid under which it runs when the agent is root
 * @param everHealthy whether its checks passed once; only then it may get traffic
 */
record Revision(
        String service,
        RevisionSpec spec,
        int drainSeconds,
        int uid,
        RevisionState state,
        Instant since,
        boolean everHealthy,
        int restarts,
        @Nullable Integer exitCode,
        Said message,
        Map<String, ProcessRecord> processes) {

    Revision {
        processes = Map.copyOf(processes);
    }

    static Revision fetching(String service, RevisionSpec spec, int drainSeconds, int uid, Instant now) {
        return new Revision(
                service,
                spec,
                drainSeconds,
                uid,
                RevisionState.FETCHING,
                now,
                false,
                0,
                null,
                Said.of("fetching"),
                Map.of());
    }

    RevisionId id() {
        return new RevisionId(service, spec.id());
    }

    boolean runs() {
        return processes.values().stream().anyMatch(ProcessRecord::runs);
    }

    /** Where its web process listens; 0 when it does not run. */
    int port() {
        ProcessRecord web = processes.get(Procfile.WEB);
        return web == null || !web.runs() ? 0 : web.port();
    }

    /** Whether the web process that runs now passed its checks. */
    boolean answers() {
        ProcessRecord web = processes.get(Procfile.WEB);
        return web != null && web.runs() && web.passed();
    }

    /** The revision after the event; itself when the event means nothing in its state. */
    Revision on(RevisionEvent event, Said why, Instant now) {
        return RevisionMachine.next(state, event)
                .map(next -> new Revision(
                        service,
                        spec,
                        drainSeconds,
                        uid,
                        next,
                        now,
                        everHealthy || next == RevisionState.HEALTHY,
                        restarts + (event == RevisionEvent.RESTARTED ? 1 : 0),
                        exitCode,
                        why,
                        processes))
                .orElse(this);
    }

    /** After a check of the web process that runs now. */
    Revision checked(RevisionEvent event, Said why, Instant now) {
        ProcessRecord web = Objects.requireNonNull(processes.get(Procfile.WEB));
        ProcessRecord seen = switch (event) {
            case CHECK_PASSED -> web.checkedGood();
            // One that never was well is for the server to judge.
            case LIVENESS_LOST -> everHealthy ? web.toRestart(now) : web;
            default -> web;
        };
        return with(seen).on(event, why, now);
    }

    Revision with(ProcessRecord process) {
        Map<String, ProcessRecord> all = new LinkedHashMap<>(processes);
        all.put(process.type(), process);
        Integer code = process.exitCode() == null ? exitCode : process.exitCode();
        return new Revision(service, spec, drainSeconds, uid, state, since, everHealthy, restarts, code, message, all);
    }

    Revision withDrainSeconds(int seconds) {
        return new Revision(
                service, spec, seconds, uid, state, since, everHealthy, restarts, exitCode, message, processes);
    }

    Revision withMessage(Said text) {
        return new Revision(
                service, spec, drainSeconds, uid, state, since, everHealthy, restarts, exitCode, text, processes);
    }
}
