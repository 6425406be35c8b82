package dev.tandem.agent;

import dev.tandem.agent.protocol.Said;
import dev.tandem.host.GroupIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the agent remembers of one process of a revision.
 *
 * @param group line of its {@link GroupIdentity}; null while it does not run
 * @param port its PORT; 0 for other types than web
 * @param passed whether this process, not only one before it, passed the checks
 * @param failures how often in a row it ended soon after its start
 * @param restartAt when to start it again; of one that runs, when to end it for that. Null when it goes on
 */
record ProcessRecord(
        String type,
        @Nullable String group,
        int port,
        Instant startedAt,
        boolean passed,
        int failures,
        @Nullable Instant restartAt,
        @Nullable Integer exitCode) {

    /** One that ran this long is not held to fail over and over: its pauses begin anew. */
    private static final Duration STABLE = Duration.ofMinutes(1);

    private static final int LONGEST_PAUSE_SECONDS = 60;

    /** Who lost its liveness may find it again, and the server may know better what to do. */
    private static final Duration LEAST_RESPITE = Duration.ofSeconds(5);

    static ProcessRecord due(String type, Instant now) {
        return new ProcessRecord(type, null, 0, now, false, 0, now, null);
    }

    boolean runs() {
        return group != null;
    }

    Optional<GroupIdentity> identity() {
        return group == null ? Optional.empty() : GroupIdentity.parse(group);
    }

    boolean isDue(Instant now) {
        return restartAt != null && !now.isBefore(restartAt);
    }

    ProcessRecord started(GroupIdentity identity, int newPort, Instant now) {
        return new ProcessRecord(type, identity.line(), newPort, now, false, failures, null, exitCode);
    }

    ProcessRecord checkedGood() {
        return new ProcessRecord(type, group, port, startedAt, true, failures, runs() ? null : restartAt, exitCode);
    }

    /** It runs and is of no use: it is to be started anew, the later the more often that did not help. */
    ProcessRecord toRestart(Instant now) {
        Duration pause = pause(failures + 1);
        Duration respite = pause.compareTo(LEAST_RESPITE) < 0 ? LEAST_RESPITE : pause;
        return new ProcessRecord(type, group, port, startedAt, passed, failures, now.plus(respite), exitCode);
    }

    /** It ended by itself: again after 1, 2, 4, ... 60 seconds. */
    ProcessRecord ended(@Nullable Integer code, Instant now) {
        boolean stable = Duration.between(startedAt, now).compareTo(STABLE) >= 0;
        int row = stable ? 1 : Math.min(failures + 1, 10);
        return new ProcessRecord(type, null, 0, startedAt, false, row, now.plus(pause(row)), code);
    }

    /** It was ended on purpose or by a restart of the host. */
    ProcessRecord stopped(@Nullable Instant again) {
        return new ProcessRecord(type, null, 0, startedAt, false, 0, again, exitCode);
    }

    /** How it ended by itself, as a sentence. */
    Said ending(@Nullable Integer code) {
        if (code == null) {
            return Said.of("killed", type);
        }
        if (code > 128) {
            return Said.of("signal", type, code - 128);
        }
        return code == 0 ? Said.of("exited_zero", type) : Said.of("exited", type, code);
    }

    static Duration pause(int failuresInRow) {
        return Duration.ofSeconds(Math.min(1L << (failuresInRow - 1), LONGEST_PAUSE_SECONDS));
    }
}
