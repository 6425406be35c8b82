package dev.tandem.agent;

import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.RevisionSpec;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.Said;
import dev.tandem.agent.protocol.ServiceSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Decides, from what is desired and what is, what to do next. Pure: no clock, no files, no processes. */
final class Reconciler {

    /**
     * What the decision stands on.
     *
     * @param busy revisions whose bundle is being fetched or whose processes are being ended at this moment
     * @param drained whether the proxy sends a revision nothing new and nothing runs on it any more
     */
    record Facts(
            DesiredState desired,
            Map<RevisionId, Revision> known,
            Set<RevisionId> busy,
            Predicate<RevisionId> drained) {}

    private record Wanted(ServiceSpec service, RevisionSpec spec) {}

    private final int firstUid;
    private final int uidCount;

    Reconciler(int firstUid, int uidCount) {
        this.firstUid = firstUid;
        this.uidCount = uidCount;
    }

    List<Action> decide(Facts facts, Instant now) {
        Map<RevisionId, Wanted> wanted = wanted(facts.desired());
        List<Action> actions = new ArrayList<>();
        facts.known().values().forEach(revision -> {
            Wanted want = wanted.get(revision.id());
            if (want == null) {
                actions.addAll(unwanted(revision, facts, now));
            } else {
                actions.addAll(wanted(revision, want, facts, now));
            }
        });
        actions.addAll(arrivals(wanted, facts, now));
        return actions;
    }

    private List<Action> arrivals(Map<RevisionId, Wanted> wanted, Facts facts, Instant now) {
        Set<Integer> used =
                facts.known().values().stream().map(Revision::uid).collect(Collectors.toCollection(HashSet::new));
        List<Action> actions = new ArrayList<>();
        wanted.forEach((id, want) -> {
            if (facts.known().containsKey(id) || !id.safe()) {
                return;
            }
            IntStream.range(firstUid, firstUid + uidCount)
                    .filter(uid -> !used.contains(uid))
                    .findFirst()
                    .ifPresent(uid -> {
                        used.add(uid);
                        actions.add(new Action.Fetch(Revision.fetching(
                                id.service(), want.spec(), want.service().drainSeconds(), uid, now)));
                    });
        });
        return actions;
    }

    private static List<Action> wanted(Revision revision, Wanted want, Facts facts, Instant now) {
        List<Action> actions = new ArrayList<>();
        RevisionId id = revision.id();
        if (revision.drainSeconds() != want.service().drainSeconds()) {
            actions.add(new Action.SetDrainSeconds(id, want.service().drainSeconds()));
        }
        if (facts.busy().contains(id)) {
            return actions;
        }
        switch (revision.state()) {
            case FETCHING -> actions.add(new Action.Fetch(revision));
            case STARTING, HEALTHY, UNHEALTHY, CRASHED -> {
                actions.addAll(starts(revision, now));
                actions.addAll(renewals(revision, want.service(), now));
            }
            case DRAINING, STOPPED -> actions.add(new Action.Tell(id, RevisionEvent.WANTED, Said.of("wanted")));
            case FAILED -> {}
        }
        return actions;
    }

    private static List<Action> starts(Revision revision, Instant now) {
        return revision.processes().values().stream()
                .filter(process -> !process.runs() && process.isDue(now))
                // Workers of a revision that never became healthy could spoil what they touch.
                .filter(process -> process.type().equals(Procfile.WEB) || revision.everHealthy())
                .<Action>map(process -> new Action.Start(revision.id(), process.type()))
                .toList();
    }

    /** While a traffic step compares revisions, what to do about a sick one is for the server to decide. */
    private static List<Action> renewals(Revision revision, ServiceSpec service, Instant now) {
        ProcessRecord web = revision.processes().get(Procfile.WEB);
        boolean due = web != null && web.runs() && web.isDue(now) && service.watch() == null;
        return due ? List.of(new Action.Renew(revision.id())) : List.of();
    }

    private static List<Action> unwanted(Revision revision, Facts facts, Instant now) {
        RevisionId id = revision.id();
        if (revision.state() == RevisionState.STOPPED) {
            return facts.busy().contains(id) ? List.of() : List.of(new Action.Remove(id));
        }
        if (revision.state() != RevisionState.DRAINING) {
            return List.of(new Action.Tell(id, RevisionEvent.UNWANTED, Said.of("unwanted")));
        }
        boolean timeOver = !now.isBefore(revision.since().plusSeconds(revision.drainSeconds()));
        boolean idle = !revision.runs() || facts.drained().test(id);
        return (idle || timeOver) && !facts.busy().contains(id) ? List.of(new Action.Stop(id)) : List.of();
    }

    private static Map<RevisionId, Wanted> wanted(DesiredState desired) {
        Map<RevisionId, Wanted> wanted = new LinkedHashMap<>();
        for (ServiceSpec service : desired.services()) {
            for (RevisionSpec spec : service.revisions()) {
                wanted.put(new RevisionId(service.key(), spec.id()), new Wanted(service, spec));
            }
        }
        return wanted;
    }
}
