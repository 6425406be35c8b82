package dev.tandem.agent;

import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.agent.protocol.Said;
import dev.tandem.agent.protocol.StepTraffic;
import dev.tandem.host.Ownership;
import dev.tandem.host.ProcessIdentity;
import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, decides by {@link Reconciler} and {@link RoutePlan}, acts, and again. All of its state belongs to its one
 * thread; whatever takes long (fetching, checking, ending processes) runs on threads of its own and comes back through
 * the inbox.
 */
final class AgentLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

    /** How soon the end of a process is seen. */
    private static final Duration TICK = Duration.ofMillis(150);

    private final JsonFile<AgentMemory> memoryFile;
    private final Reconciler reconciler;
    private final Bundles bundles;
    private final ProxyKeeper proxy;
    private final Optional<Processes> processes;
    private final String refusal;
    private final HttpClient http;
    private final Inbox inbox = new Inbox();
    private final Set<RevisionId> busy = new HashSet<>();
    private final KnownRevisions known;
    private final Map<RevisionId, RevisionStatus> gone = new HashMap<>();
    private final HealthWatches health;
    private final MemoryWatch memoryWatch;
    private final ProbePairs probes;
    private final Proofs proofs;
    private final Fetches fetches;
    private final Endings endings;
    private AgentMemory memory = AgentMemory.EMPTY;
    private Runnable listener = () -> {};
    private volatile Snapshot snapshot = new Snapshot(AgentMemory.NO_VERSION, List.of(), List.of(), Map.of());
    private volatile boolean closed;
    private @Nullable Thread thread;

    /**
     * What the reporter sees.
     *
     * @param version of the desired state that was acted on
     * @param gone last words of revisions that are not there any more
     * @param proofs what was proved, by revision
     */
    record Snapshot(
            long version, List<Revision> revisions, List<RevisionStatus> gone, Map<RevisionId, String> proofs) {}

    AgentLoop(AgentConfig config, Folders folders, ServerLink server, ProxyKeeper proxy, SandboxDetection detection) {
        this.memoryFile = new JsonFile<>(folders.memory(), AgentMemory.class);
        this.reconciler = new Reconciler(config.firstUid(), config.uidCount());
        this.bundles = new Bundles(server, folders);
        this.proxy = proxy;
        this.processes = processes(detection, config, folders);
        this.refusal =
                detection instanceof SandboxDetection.Refused(String reason, String mend) ? reason + " " + mend : "";
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        this.known = new KnownRevisions(folders);
        this.health = new HealthWatches(known, bundles, new Probe(http, owners(detection)), inbox);
        this.proofs = new Proofs(health, inbox);
        this.probes = new ProbePairs(http);
        this.fetches = new Fetches(folders, bundles, known, busy, inbox);
        this.endings = new Endings(processes, known, health, busy, inbox);
        this.memoryWatch = new MemoryWatch((revision, why) -> inbox.add(() -> pastLimit(revision, why)));
    }

    private static Optional<Processes> processes(SandboxDetection detection, AgentConfig config, Folders folders) {
        return switch (detection) {
            case SandboxDetection.Available(Sandbox sandbox, String how) -> {
                LOG.info("Services run {}", how);
                yield Optional.of(new Processes(config, folders, sandbox));
            }
            case SandboxDetection.Refused refused -> Optional.empty();
        };
    }

    private static PortOwners owners(SandboxDetection detection) {
        boolean isolated = detection instanceof SandboxDetection.Available(Sandbox sandbox, String how)
                && sandbox.strength() == Sandbox.Strength.ISOLATED;
        return new PortOwners(isolated && Ownership.possible());
    }

    /** Remembers what was, then begins. */
    void start(Runnable changed) throws IOException {
        listener = changed;
        memory = memoryFile.load().orElse(AgentMemory.EMPTY);
        known.load();
        known.list().stream().filter(Revision::runs).forEach(revision -> LOG.info("Adopting {}", revision.id()));
        thread = Thread.ofPlatform().daemon().name("agent-loop").start(this::run);
    }

    void desire(DesiredState desired) {
        inbox.add(() -> {
            memory = memory.withDesired(desired);
            saveMemory();
        });
    }

    /** Makes it look again at once. */
    void nudge() {
        inbox.add(() -> {});
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** The server has heard these last words. */
    void heard(List<RevisionStatus> lastWords) {
        inbox.add(() ->
                lastWords.forEach(status -> gone.remove(new RevisionId(status.service(), status.revision()), status)));
    }

    /** What the server is told of a revision, with the last lines of its web process. */
    RevisionStatus status(Revision revision) {
        RevisionId id = revision.id();
        List<String> tail =
                processes.map(all -> all.output(id, Procfile.WEB).tail()).orElse(List.of());
        return status(revision, tail, health.paths(id))
                .proving(snapshot.proofs().get(id));
    }

    /** What the agent's own requests came to. */
    List<StepTraffic> probed() {
        return probes.counts();
    }

    /** Stops looking; processes go on. */
    @Override
    public void close() {
        closed = true;
        nudge();
        memoryWatch.close();
        Thread running = thread;
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        health.close();
        probes.close();
        http.shutdownNow();
    }

    /** Ends all processes, to be started again by the next agent in this folder. Call after {@link #close}. */
    void endAll() {
        endings.endAll();
    }

    private void run() {
        while (!closed) {
            try {
                tick();
                inbox.take(TICK);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("The agent goes on after a fault of its own", e);
                sleepAfterFault();
            }
        }
    }

    private static void sleepAfterFault() {
        try {
            Thread.sleep(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        Instant now = Instant.now();
        endings.observe(now);
        // One decision may make the next one possible (unwanted, then idle, then stopped), so until nothing is left.
        List<Action> actions = decide(now);
        for (int round = 0; !actions.isEmpty() && round < 5; round++) {
            actions.forEach(action -> act(action, now));
            actions = decide(now);
        }
        plan();
        health.begin(busy);
        memoryWatch.keep(known.list());
        probe();
        proofs.keep(memory.desired(), proxy.view().weights(), known, now);
        publish();
    }

    private List<Action> decide(Instant now) {
        if (memory.desired().version() == AgentMemory.NO_VERSION) {
            // Nothing was ever said: whatever runs here is not ours to stop.
            return List.of();
        }
        return reconciler.decide(
                new Reconciler.Facts(memory.desired(), known.byId(), busy, proxy.view()::drained), now);
    }

    private void act(Action action, Instant now) {
        switch (action) {
            case Action.Fetch(Revision revision) -> fetches.begin(revision);
            case Action.Tell(RevisionId id, RevisionEvent event, Said why) -> tell(id, event, why, now);
            case Action.SetDrainSeconds(RevisionId id, int seconds) ->
                known.put(known.get(id).withDrainSeconds(seconds));
            case Action.Start(RevisionId id, String type) -> start(id, type, now);
            case Action.Renew(RevisionId id) -> endings.renew(id);
            case Action.Stop(RevisionId id) -> endings.stop(id);
            case Action.Remove(RevisionId id) -> remove(id);
        }
    }

    private void tell(RevisionId id, RevisionEvent event, Said why, Instant now) {
        Revision after = known.get(id).on(event, why, now);
        if (after.state() == RevisionState.DRAINING || after.state() == RevisionState.STOPPED) {
            health.end(id);
        }
        known.put(after);
    }

    private void start(RevisionId id, String type, Instant now) {
        if (processes.isEmpty()) {
            known.put(known.get(id).on(RevisionEvent.REFUSED, Said.plain(refusal), now));
            return;
        }
        Revision revision = known.get(id);
        ProcessRecord record = Objects.requireNonNull(revision.processes().get(type));
        try {
            String command =
                    Objects.requireNonNull(bundles.procfile(id).commands().get(type));
            Processes.Started started = processes.get().start(revision, type, command, known.ports());
            Revision next = revision.with(record.started(started.identity(), started.port(), now));
            known.put(
                    type.equals(Procfile.WEB)
                            ? next.on(
                                    RevisionEvent.RESTARTED, revision.message().within("restarted"), now)
                            : next);
        } catch (Procfile.Refused e) {
            known.put(revision.on(RevisionEvent.REFUSED, Reason.of(e), now));
        } catch (IOException e) {
            Said why = Said.of("cannot_start", type, e.getMessage());
            LOG.warn("{}: {}", id, why.text());
            Revision next = revision.with(record.ended(null, now)).withMessage(why);
            known.put(type.equals(Procfile.WEB) ? next.on(RevisionEvent.EXITED, why, now) : next);
        }
    }

    private void pastLimit(Revision seen, Said why) {
        RevisionId id = seen.id();
        boolean same = known.find(id)
                .filter(now -> now.processes().equals(seen.processes()))
                .isPresent();
        if (same && !busy.contains(id)) {
            endings.kill(id, why);
        }
    }

    private void remove(RevisionId id) {
        Revision revision = known.get(id);
        if (processes.isPresent()) {
            for (String type : revision.processes().keySet()) {
                processes.get().endForgotten(id, type);
            }
        }
        known.remove(id);
        fetches.forget(id);
        gone.put(id, status(revision, List.of(), List.of()));
        LOG.info("{}: gone", id);
    }

    private void plan() {
        RoutePlan plan = RoutePlan.of(memory.desired(), known.list(), memory.weights());
        if (!plan.weights().equals(memory.weights())) {
            memory = memory.withWeights(plan.weights());
            saveMemory();
        }
        if (memory.desired().version() != AgentMemory.NO_VERSION) {
            proxy.want(plan);
        }
        proxy.hurry(known.drains());
    }

    private void probe() {
        probes.keep(
                ProbeTargets.of(proxy.view(), known.byId(), health::headers), ProbeTargets.watched(memory.desired()));
    }

    private void publish() {
        Snapshot next =
                new Snapshot(memory.desired().version(), known.list(), new ArrayList<>(gone.values()), proofs.given());
        if (!next.equals(snapshot)) {
            snapshot = next;
            listener.run();
        }
    }

    private static RevisionStatus status(Revision revision, List<String> tail, List<String> checks) {
        return new RevisionStatus(
                revision.service(),
                revision.spec().id(),
                revision.state(),
                revision.since(),
                revision.restarts(),
                revision.exitCode(),
                revision.message().text(),
                tail,
                checks,
                null,
                revision.message());
    }

    private void saveMemory() {
        try {
            memoryFile.save(memory);
        } catch (IOException e) {
            LOG.error("The desired state cannot be written down", e);
        }
    }

    static String bootId() {
        return ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow().bootId();
    }
}
