package dev.tandem.agent;

import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.host.ProcessIdentity;
import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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

    private static final Duration LONGEST_FETCH_PAUSE = Duration.ofSeconds(30);

    private final Folders folders;
    private final JsonFile<AgentMemory> memoryFile;
    private final Reconciler reconciler;
    private final Bundles bundles;
    private final ProxyKeeper proxy;
    private final Optional<Processes> processes;
    private final String refusal;
    private final HttpClient http;
    private final Probe probe;
    private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Map<RevisionId, Revision> known = new TreeMap<>();
    private final Map<RevisionId, RevisionStatus> gone = new HashMap<>();
    private final Map<RevisionId, HealthWatch> watches = new HashMap<>();
    private final Map<RevisionId, Integer> fetchFailures = new HashMap<>();
    private final Set<RevisionId> busy = new HashSet<>();
    private AgentMemory memory = AgentMemory.EMPTY;
    private Runnable listener = () -> {};
    private volatile Snapshot snapshot = new Snapshot(AgentMemory.NO_VERSION, List.of(), List.of());
    private volatile boolean closed;
    private @Nullable Thread thread;

    /**
     * What the reporter sees.
     *
     * @param version of the desired state that was acted on
     * @param gone last words of revisions that are not there any more
     */
    record Snapshot(long version, List<Revision> revisions, List<RevisionStatus> gone) {}

    AgentLoop(AgentConfig config, Folders folders, ServerLink server, ProxyKeeper proxy, SandboxDetection detection) {
        this.folders = folders;
        this.memoryFile = new JsonFile<>(folders.memory(), AgentMemory.class);
        this.reconciler = new Reconciler(config.firstUid(), config.uidCount());
        this.bundles = new Bundles(server, folders);
        this.proxy = proxy;
        this.processes = switch (detection) {
            case SandboxDetection.Available(Sandbox sandbox, String how) -> {
                LOG.info("Services run {}", how);
                yield Optional.of(new Processes(config, folders, sandbox));
            }
            case SandboxDetection.Refused refused -> Optional.empty();
        };
        this.refusal =
                detection instanceof SandboxDetection.Refused(String reason, String mend) ? reason + " " + mend : "";
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        this.probe = new Probe(http);
    }

    /** Remembers what was, then begins. */
    void start(Runnable changed) throws IOException {
        listener = changed;
        memory = memoryFile.load().orElse(AgentMemory.EMPTY);
        for (Path folder : folders.revisions()) {
            Optional<Revision> revision = new JsonFile<>(folder.resolve("revision.json"), Revision.class).load();
            if (revision.isPresent()) {
                known.put(revision.get().id(), revision.get());
            } else {
                LOG.warn("Deleting {}, which is no whole revision", folder);
                Folders.delete(folder);
            }
        }
        known.values().stream().filter(Revision::runs).forEach(revision -> LOG.info("Adopting {}", revision.id()));
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

    /** Output of the web process of a revision. */
    List<String> tail(RevisionId id) {
        return processes.map(all -> all.output(id, Procfile.WEB).tail()).orElse(List.of());
    }

    /** Stops looking; processes go on. */
    @Override
    public void close() {
        closed = true;
        nudge();
        Thread running = thread;
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        watches.values().forEach(HealthWatch::close);
        http.shutdownNow();
    }

    /** Ends all processes, to be started again by the next agent in this folder. Call after {@link #close}. */
    void endAll() {
        List<Thread> ending = known.values().stream()
                .filter(Revision::runs)
                .map(revision -> Thread.ofVirtual().start(() -> endProcesses(revision)))
                .toList();
        try {
            for (Thread one : ending) {
                one.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Instant now = Instant.now();
        for (Revision revision : List.copyOf(known.values())) {
            Revision ended = revision;
            for (ProcessRecord process : revision.processes().values()) {
                ended = ended.with(process.stopped(now));
            }
            put(ended.on(RevisionEvent.EXITED, "Stopped together with the agent", now));
        }
    }

    private void run() {
        while (!closed) {
            try {
                tick();
                take();
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

    private void take() throws InterruptedException {
        Runnable news = inbox.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        while (news != null) {
            news.run();
            news = inbox.poll();
        }
    }

    private void tick() {
        Instant now = Instant.now();
        observe(now);
        // One decision may make the next one possible (unwanted, then idle, then stopped), so until nothing is left.
        List<Action> actions = decide(now);
        for (int round = 0; !actions.isEmpty() && round < 5; round++) {
            actions.forEach(action -> act(action, now));
            actions = decide(now);
        }
        plan();
        watch();
        publish();
    }

    private List<Action> decide(Instant now) {
        if (memory.desired().version() == AgentMemory.NO_VERSION) {
            // Nothing was ever said: whatever runs here is not ours to stop.
            return List.of();
        }
        return reconciler.decide(new Reconciler.Facts(memory.desired(), known, busy, proxy.view()::drained), now);
    }

    private void observe(Instant now) {
        if (processes.isEmpty()) {
            return;
        }
        for (Revision revision : List.copyOf(known.values())) {
            for (ProcessRecord process : revision.processes().values()) {
                if (process.runs()
                        && !busy.contains(revision.id())
                        && !processes.get().alive(process)) {
                    ended(revision.id(), process, now);
                }
            }
        }
    }

    private void ended(RevisionId id, ProcessRecord process, Instant now) {
        Revision revision = revision(id);
        processes.orElseThrow().clear(process);
        boolean rebooted = process.identity()
                .map(identity -> !identity.outermost().bootId().equals(bootId()))
                .orElse(false);
        Integer code = processes.orElseThrow().exitCode(id, process.type());
        ProcessRecord ended = rebooted ? process.stopped(now) : process.ended(code, now);
        String why = rebooted ? "The host was started again" : "The " + process.type() + " process " + ending(code);
        LOG.info("{}: {}", id, why);
        Revision next = revision.with(ended).withMessage(why);
        if (process.type().equals(Procfile.WEB)) {
            unwatch(id);
            next = next.on(RevisionEvent.EXITED, why, now);
        }
        put(next);
    }

    private static String ending(@Nullable Integer code) {
        if (code == null) {
            return "was killed together with its shell";
        }
        return code > 128 ? "was ended by signal " + (code - 128) : "ended with exit code " + code;
    }

    private void act(Action action, Instant now) {
        switch (action) {
            case Action.Fetch(Revision revision) -> fetch(revision);
            case Action.Tell(RevisionId id, RevisionEvent event, String why) -> tell(id, event, why, now);
            case Action.SetDrainSeconds(RevisionId id, int seconds) ->
                put(revision(id).withDrainSeconds(seconds));
            case Action.Start(RevisionId id, String type) -> start(id, type, now);
            case Action.Stop(RevisionId id) -> stop(id);
            case Action.Remove(RevisionId id) -> remove(id);
        }
    }

    private void tell(RevisionId id, RevisionEvent event, String why, Instant now) {
        Revision before = revision(id);
        Revision after = before.on(event, why, now);
        if (after.state() == RevisionState.DRAINING || after.state() == RevisionState.STOPPED) {
            unwatch(id);
        }
        put(after);
    }

    private void fetch(Revision revision) {
        RevisionId id = revision.id();
        try {
            Folders.make(folders.revision(id));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        put(revision);
        busy.add(id);
        Thread.ofVirtual().name("fetch " + id).start(() -> {
            Runnable outcome = fetched(revision);
            inbox.add(() -> {
                busy.remove(id);
                outcome.run();
            });
        });
    }

    private Runnable fetched(Revision revision) {
        RevisionId id = revision.id();
        try {
            Procfile procfile = bundles.fetch(revision);
            return () -> {
                Instant now = Instant.now();
                Revision next = revision(id);
                for (String type : procfile.commands().keySet()) {
                    next = next.with(ProcessRecord.due(type, now));
                }
                put(next.on(RevisionEvent.FETCHED, "Waiting for the health check", now));
            };
        } catch (Procfile.Refused e) {
            return () -> put(revision(id).on(RevisionEvent.REFUSED, reason(e), Instant.now()));
        } catch (IOException e) {
            return () -> fetchLater(id, "The bundle could not be fetched: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return () -> {};
        }
    }

    private void fetchLater(RevisionId id, String why) {
        int failures = fetchFailures.merge(id, 1, Integer::sum);
        LOG.warn("{}: {}", id, why);
        put(revision(id).withMessage(why));
        busy.add(id);
        Duration pause = Duration.ofMillis(500L << Math.min(failures - 1, 6));
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(pause.compareTo(LONGEST_FETCH_PAUSE) < 0 ? pause : LONGEST_FETCH_PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            inbox.add(() -> busy.remove(id));
        });
    }

    private void start(RevisionId id, String type, Instant now) {
        if (processes.isEmpty()) {
            put(revision(id).on(RevisionEvent.REFUSED, refusal, now));
            return;
        }
        Revision revision = revision(id);
        ProcessRecord record = Objects.requireNonNull(revision.processes().get(type));
        try {
            String command =
                    Objects.requireNonNull(bundles.procfile(id).commands().get(type));
            Processes.Started started = processes.get().start(revision, type, command, portsInUse());
            Revision next = revision.with(record.started(started.identity(), started.port(), now));
            put(
                    type.equals(Procfile.WEB)
                            ? next.on(RevisionEvent.RESTARTED, "Started again after: " + revision.message(), now)
                            : next);
        } catch (Procfile.Refused e) {
            put(revision.on(RevisionEvent.REFUSED, reason(e), now));
        } catch (IOException e) {
            String why = "The " + type + " process cannot be started: " + e.getMessage();
            LOG.warn("{}: {}", id, why);
            Revision next = revision.with(record.ended(null, now)).withMessage(why);
            put(type.equals(Procfile.WEB) ? next.on(RevisionEvent.EXITED, why, now) : next);
        }
    }

    private Set<Integer> portsInUse() {
        return known.values().stream().map(Revision::port).collect(Collectors.toSet());
    }

    private void stop(RevisionId id) {
        Revision revision = revision(id);
        unwatch(id);
        busy.add(id);
        Thread.ofVirtual().name("stop " + id).start(() -> {
            endProcesses(revision);
            inbox.add(() -> {
                busy.remove(id);
                Revision ended = revision(id);
                for (ProcessRecord process : ended.processes().values()) {
                    ended = ended.with(process.stopped(null));
                }
                put(ended.on(RevisionEvent.ENDED, "Stopped", Instant.now()));
            });
        });
    }

    private void endProcesses(Revision revision) {
        if (processes.isEmpty()) {
            return;
        }
        Duration grace = Duration.ofSeconds(revision.spec().stopSeconds());
        List<Thread> ending = revision.processes().values().stream()
                .filter(ProcessRecord::runs)
                .map(process -> Thread.ofVirtual().start(() -> processes.get().end(process, grace)))
                .toList();
        try {
            for (Thread one : ending) {
                one.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void remove(RevisionId id) {
        Revision revision = revision(id);
        try {
            if (processes.isPresent()) {
                for (String type : revision.processes().keySet()) {
                    processes.get().endForgotten(id, type);
                }
            }
            // Without it, what a killed agent leaves half deleted is no revision any more.
            Files.deleteIfExists(folders.revisionFile(id));
            Folders.delete(folders.revision(id));
        } catch (IOException e) {
            LOG.error("The folder of {} cannot be deleted, trying again when the agent starts", id, e);
        }
        known.remove(id);
        fetchFailures.remove(id);
        gone.put(id, status(revision, List.of()));
        LOG.info("{}: gone", id);
    }

    private void plan() {
        RoutePlan plan = RoutePlan.of(memory.desired(), known.values(), memory.weights());
        if (!plan.weights().equals(memory.weights())) {
            memory = memory.withWeights(plan.weights());
            saveMemory();
        }
        if (memory.desired().version() != AgentMemory.NO_VERSION) {
            proxy.want(plan);
        }
        proxy.hurry(known.values().stream().anyMatch(revision -> revision.state() == RevisionState.DRAINING));
    }

    private void watch() {
        for (Revision revision : known.values()) {
            boolean toWatch = switch (revision.state()) {
                case STARTING, HEALTHY, UNHEALTHY -> revision.port() != 0;
                case FETCHING, CRASHED, DRAINING, STOPPED, FAILED -> false;
            };
            if (toWatch && !watches.containsKey(revision.id()) && !busy.contains(revision.id())) {
                watch(revision);
            }
        }
    }

    private void watch(Revision revision) {
        RevisionId id = revision.id();
        ProcessRecord web = Objects.requireNonNull(revision.processes().get(Procfile.WEB));
        try {
            HealthChecks checks = bundles.healthChecks(id);
            watches.put(
                    id,
                    new HealthWatch(
                            id.toString(),
                            checks,
                            probe,
                            web.port(),
                            web.startedAt(),
                            revision.state() == RevisionState.HEALTHY,
                            (event, why) -> inbox.add(() -> checked(id, web, event, why))));
        } catch (IOException | Procfile.Refused e) {
            put(revision.on(RevisionEvent.REFUSED, reason(e), Instant.now()));
        }
    }

    private void checked(RevisionId id, ProcessRecord web, RevisionEvent event, String why) {
        Revision revision = known.get(id);
        ProcessRecord now = revision == null ? null : revision.processes().get(Procfile.WEB);
        // The check of a process that has ended since says nothing about the one that runs now.
        if (revision == null || now == null || !Objects.equals(now.group(), web.group()) || !watches.containsKey(id)) {
            return;
        }
        LOG.info("{}: {}", id, why);
        Revision seen = event == RevisionEvent.CHECK_PASSED ? revision.with(now.checkedGood()) : revision;
        put(seen.on(event, why, Instant.now()));
    }

    private void unwatch(RevisionId id) {
        HealthWatch watch = watches.remove(id);
        if (watch != null) {
            watch.close();
        }
    }

    private void publish() {
        Snapshot next =
                new Snapshot(memory.desired().version(), List.copyOf(known.values()), new ArrayList<>(gone.values()));
        if (!next.equals(snapshot)) {
            snapshot = next;
            listener.run();
        }
    }

    static RevisionStatus status(Revision revision, List<String> tail) {
        return new RevisionStatus(
                revision.service(),
                revision.spec().id(),
                revision.state(),
                revision.since(),
                revision.restarts(),
                revision.exitCode(),
                revision.message(),
                tail);
    }

    private Revision revision(RevisionId id) {
        Revision revision = known.get(id);
        if (revision == null) {
            throw new IllegalStateException(id + " is not known any more");
        }
        return revision;
    }

    /** Remembers the revision, on disk first. */
    private void put(Revision revision) {
        if (revision.equals(known.get(revision.id()))) {
            return;
        }
        try {
            new JsonFile<>(folders.revisionFile(revision.id()), Revision.class).save(revision);
        } catch (IOException e) {
            // A full disk must not stop what runs; only an agent that is killed meanwhile would know less.
            LOG.error("{} cannot be written down", revision.id(), e);
        }
        known.put(revision.id(), revision);
    }

    private void saveMemory() {
        try {
            memoryFile.save(memory);
        } catch (IOException e) {
            LOG.error("The desired state cannot be written down", e);
        }
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    static String bootId() {
        return ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow().bootId();
    }
}
