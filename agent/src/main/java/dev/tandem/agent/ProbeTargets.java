package dev.tandem.agent;

import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.ServiceSpec;
import dev.tandem.agent.protocol.WatchSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says which traffic steps are to be probed, and where. Pure. */
final class ProbeTargets {

    private ProbeTargets() {}

    /** What a check of a path sends beside it. */
    interface Headers {
        Map<String, String> of(RevisionId id, String path);
    }

    /** Steps that the proxy has in force and whose revisions both answer. */
    static List<ProbePairs.Target> of(ProxyKeeper.View view, Map<RevisionId, Revision> known, Headers headers) {
        List<ProbePairs.Target> targets = new ArrayList<>();
        for (RouteTable.Service service : view.table() == null
                ? List.<RouteTable.Service>of()
                : view.table().services()) {
            WatchSpec watch = service.watch();
            if (watch == null || watch.probes() == null || watch.probes().isEmpty()) {
                continue;
            }
            Optional<ProbedSide> newer = side(view, known, headers, service.key(), watch.newRevision(), watch);
            Optional<ProbedSide> older = side(view, known, headers, service.key(), watch.oldRevision(), watch);
            if (newer.isPresent() && older.isPresent()) {
                targets.add(new ProbePairs.Target(service.key(), watch, newer.get(), older.get()));
            }
        }
        return targets;
    }

    /** Services with a traffic step under way. */
    static Set<String> watched(DesiredState desired) {
        return desired.services().stream()
                .filter(service -> service.watch() != null)
                .map(ServiceSpec::key)
                .collect(Collectors.toSet());
    }

    private static Optional<ProbedSide> side(
            ProxyKeeper.View view,
            Map<RevisionId, Revision> known,
            Headers headers,
            String service,
            @Nullable String revision,
            WatchSpec watch) {
        Revision found = revision == null ? null : known.get(new RevisionId(service, revision));
        if (found == null || !found.answers()) {
            return Optional.empty();
        }
        ProcessRecord web = Objects.requireNonNull(found.processes().get(Procfile.WEB));
        Map<String, Map<String, String>> byPath = new HashMap<>();
        Objects.requireNonNull(watch.probes()).forEach(path -> byPath.put(path, headers.of(found.id(), path)));
        return Optional.of(new ProbedSide(
                found.spec().id(), web.port(), web.startedAt(), requests(view.status(), found.id()), byPath));
    }

    private static long requests(ProxyLink.@Nullable Status status, RevisionId id) {
        return status == null
                ? 0
                : status.revisions().stream()
                        .filter(counters -> counters.service().equals(id.service())
                                && counters.revision().equals(id.revision()))
                        .mapToLong(ProxyLink.Counters::requests)
                        .sum();
    }
}
