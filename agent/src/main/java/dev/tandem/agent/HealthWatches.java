package dev.tandem.agent;

import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.Said;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the web process of each revision that should be well looked at. Used by the loop's thread, but for the readings. */
final class HealthWatches implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HealthWatches.class);

    private final KnownRevisions known;
    private final Bundles bundles;
    private final Probe probe;
    private final Inbox inbox;
    private final Map<RevisionId, Watched> watched = new ConcurrentHashMap<>();

    private record Watched(HealthWatch watch, HealthChecks checks) {}

    HealthWatches(KnownRevisions known, Bundles bundles, Probe probe, Inbox inbox) {
        this.known = known;
        this.bundles = bundles;
        this.probe = probe;
        this.inbox = inbox;
    }

    /** Begins to look at those that nobody looks at yet. */
    void begin(Set<RevisionId> busy) {
        for (Revision revision : known.list()) {
            boolean toWatch = switch (revision.state()) {
                case STARTING, HEALTHY, UNHEALTHY -> revision.port() != 0;
                case FETCHING, CRASHED, DRAINING, STOPPED, FAILED -> false;
            };
            if (toWatch && !watched.containsKey(revision.id()) && !busy.contains(revision.id())) {
                begin(revision);
            }
        }
    }

    private void begin(Revision revision) {
        RevisionId id = revision.id();
        ProcessRecord web = Objects.requireNonNull(revision.processes().get(Procfile.WEB));
        try {
            HealthChecks checks = bundles.healthChecks(id);
            HealthWatch watch = new HealthWatch(
                    id.toString(),
                    checks,
                    (check, port) -> probe.look(check, port, revision.uid()),
                    web.port(),
                    web.startedAt(),
                    revision.state() == RevisionState.HEALTHY,
                    (event, why) -> inbox.add(() -> checked(id, web, event, why)));
            watched.put(id, new Watched(watch, checks));
        } catch (IOException | Procfile.Refused e) {
            known.tell(id, RevisionEvent.REFUSED, Reason.of(e));
        }
    }

    private void checked(RevisionId id, ProcessRecord web, RevisionEvent event, Said why) {
        Optional<Revision> revision = known.find(id);
        ProcessRecord now =
                revision.map(found -> found.processes().get(Procfile.WEB)).orElse(null);
        // The check of a process that has ended since says nothing about the one that runs now.
        if (now == null || !Objects.equals(now.group(), web.group()) || !watched.containsKey(id)) {
            return;
        }
        LOG.info("{}: {}", id, why.text());
        known.put(revision.get().checked(event, why, Instant.now()));
    }

    /** One look of each of its running checks, now; false also while nobody watches it. Safe for use by many threads. */
    boolean answers(Revision revision) throws InterruptedException {
        Watched found = watched.get(revision.id());
        if (found == null) {
            return false;
        }
        for (HealthCheck check : found.checks().running()) {
            if (!(probe.look(check, revision.port(), revision.uid()) instanceof Probe.Seen.Good)) {
                return false;
            }
        }
        return true;
    }

    void end(RevisionId id) {
        Watched ending = watched.remove(id);
        if (ending != null) {
            ending.watch().close();
        }
    }

    /** Paths that its bundle declares, while it is watched. Safe for use by many threads. */
    List<String> paths(RevisionId id) {
        return checks(id).stream()
                .map(HealthCheck::path)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** What a check of this path sends beside it. Safe for use by many threads. */
    Map<String, String> headers(RevisionId id, String path) {
        Map<String, String> headers = new HashMap<>();
        checks(id).stream()
                .filter(check -> path.equals(check.path()))
                .findFirst()
                .ifPresent(check -> headers.putAll(check.headers()));
        return headers;
    }

    private List<HealthCheck> checks(RevisionId id) {
        Watched found = watched.get(id);
        if (found == null) {
            return List.of();
        }
        List<HealthCheck> all = new ArrayList<>(found.checks().startup());
        all.addAll(found.checks().running());
        return all;
    }

    @Override
    public void close() {
        watched.values().forEach(ending -> ending.watch().close());
    }
}
