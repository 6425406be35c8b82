package dev.tandem.server.deliver;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.ProofSpec;
import dev.tandem.agent.protocol.RevisionSpec;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.agent.protocol.Said;
import dev.tandem.agent.protocol.ServiceSpec;
import dev.tandem.agent.protocol.StepTraffic;
import dev.tandem.agent.protocol.WatchSpec;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Speaks the agent protocol over HTTP and pretends to run what is desired. How a revision behaves is said by the bundle it
 * comes from; healthy unless said otherwise.
 */
final class FakeAgent implements AutoCloseable {
    enum Behaviour {
        HEALTHY,
        NEVER_HEALTHY,
        CRASH_LOOP,
        /** The same, but what serves already goes on. */
        CRASH_LOOP_WHEN_NEW,
        CRASH_UNDER_TRAFFIC,
        /** Well as long as another one gets some of the requests. */
        CRASH_WHEN_ALONE,
        /** Healthy, but what the agent asks of it by itself fails. */
        FAILS_PROBES,
        /** Fetches for ever, until told otherwise. */
        SLOW
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BEAT_MILLIS = 40;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;
    private final String token;
    private final Map<String, Behaviour> behaviours;
    private final Map<String, Integer> beats = new HashMap<>();
    private final Thread thread;
    private final Map<String, long[]> counted = new HashMap<>();
    private volatile Load load = Load.NONE;
    private volatile Duration ahead = Duration.ofHours(-3);
    private final ReentrantLock reporting = new ReentrantLock();
    private boolean silent;
    private volatile boolean proxyRuns = true;
    private volatile boolean counts = true;
    private volatile boolean shares = true;
    private final AtomicInteger proxies = new AtomicInteger(1);
    private int proxySeen = 1;
    private volatile int probesAsked = 20;
    private final AtomicInteger heard = new AtomicInteger();
    private final String epoch = "agent" + NUMBER.incrementAndGet();
    private volatile DesiredState desired = new DesiredState(-1, List.of());
    private final CountDownLatch closed = new CountDownLatch(1);

    FakeAgent(URI server, String token, Map<String, Behaviour> behaviours) {
        this.server = server;
        this.token = token;
        this.behaviours = behaviours;
        this.thread = Thread.ofVirtual().start(this::run);
    }

    /** Shared by the agents before and after a restart of the server. */
    static Map<String, Behaviour> behaviours() {
        return new ConcurrentHashMap<>();
    }

    /**
     * What each beat counts of a watched step.
     *
     * @param requests by share
     * @param newErrors of them that failed on the new revision
     * @param oldErrors of them that failed on the old one
     * @param oneClient all that fails is one client's, which tries again and again within one second
     */
    record Load(int requests, int newErrors, int oldErrors, boolean oneClient) {
        static final Load NONE = new Load(0, 0, 0, false);
    }

    /** From now on each beat counts so many requests of a watched step, and so many failed ones of the new revision. */
    void traffic(int requests, int errors) {
        load(new Load(requests, errors, 0, false));
    }

    void load(Load from) {
        load = from;
    }

    /** Its clock is wrong by so much; three hours behind unless said otherwise. */
    void clockAhead(Duration by) {
        ahead = by;
    }

    /** While it is, nothing is heard of it. */
    void silent(boolean is) {
        reporting.lock(); // A report on its way would be heard after it fell silent.
        silent = is;
        reporting.unlock();
    }

    /** Whether its proxy answers it. */
    void proxyRuns(boolean runs) {
        proxyRuns = runs;
    }

    /** Whether it tells what was counted of watched steps. */
    void counts(boolean tells) {
        counts = tells;
    }

    /** Whether it obeys when requests are to be shared by two revisions. */
    void shares(boolean obeys) {
        shares = obeys;
    }

    /** A new proxy, which knows nothing of what was counted before. */
    void restartProxy() {
        proxies.incrementAndGet();
    }

    /** How many probes of each revision it has made in a step. */
    void probed(int times) {
        probesAsked = times;
    }

    /** Waits until the server has heard what is true now. */
    void awaitReport() {
        int begun = heard.get();
        Await.until("the server hears of it", () -> heard.get() > begun + 1);
    }

    /** What it was told last. */
    DesiredState desired() {
        return desired;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve("/api/tandem/v1/agent/" + path))
                .header("AGENT-TOKEN", token);
    }

    private void run() {
        Thread poll = Thread.ofVirtual().start(this::poll);
        try {
            do {
                report();
            } while (!closed.await(BEAT_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            poll.interrupt();
        }
    }

    private void poll() {
        while (closed.getCount() > 0) {
            try {
                HttpResponse<String> answer = get("desired?after=" + desired.version());
                if (answer.statusCode() == 200) {
                    obey(JSON.readValue(answer.body(), DesiredState.class));
                }
            } catch (IOException e) {
                Thread.onSpinWait();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void obey(DesiredState wished) throws InterruptedException {
        boolean shared = wished.services().stream()
                .anyMatch(service -> service.weights().values().stream()
                                .filter(share -> share > 0)
                                .count()
                        > 1);
        if (shared && !shares) {
            closed.await(BEAT_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            desired = wished;
        }
    }

    private void report() throws InterruptedException {
        reporting.lock();
        try {
            if (!silent) {
                tell();
            }
        } finally {
            reporting.unlock();
        }
    }

    private void tell() throws InterruptedException {
        if (proxySeen != proxies.get()) {
            proxySeen = proxies.get();
            counted.clear();
        }
        DesiredState now = desired;
        List<RevisionStatus> statuses = new ArrayList<>();
        Map<String, Map<String, Integer>> weights = new HashMap<>();
        for (ServiceSpec service : now.services()) {
            service.revisions().forEach(revision -> statuses.add(proved(service, status(service, revision))));
            weights.put(service.key(), service.weights());
        }
        AgentReport report = new AgentReport(
                "test",
                "boot",
                // Nothing may stand on its clock.
                Instant.now().plus(ahead),
                now.version(),
                statuses,
                now.services().stream().flatMap(this::total).toList(),
                weights,
                new AgentReport.ProxyStatus(proxyRuns, 4711, proxySeen, 1),
                counts ? now.services().stream().flatMap(this::count).toList() : List.of(),
                now.services().stream().flatMap(this::probed).toList());
        try {
            http.send(
                    request("report")
                            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(report)))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            heard.incrementAndGet();
        } catch (IOException e) {
            // The server is away; the next report tells everything again.
            Thread.onSpinWait();
        }
    }

    /** What each revision answered in all, within 10 ms. */
    private Stream<RevisionTraffic> total(ServiceSpec service) {
        Load now = load;
        return service.weights().entrySet().stream()
                .filter(share -> share.getValue() > 0 && now.requests() > 0)
                .map(share -> {
                    long[] sums = counted.computeIfAbsent(share.getKey(), key -> new long[2]);
                    WatchSpec watch = service.watch();
                    sums[0] += now.requests() * share.getValue() / 100;
                    sums[1] += watch != null && watch.newRevision().equals(share.getKey()) ? now.newErrors() : 0;
                    List<Long> buckets =
                            new ArrayList<>(Collections.nCopies(RevisionTraffic.BUCKET_MILLIS.size() + 1, 0L));
                    buckets.set(RevisionTraffic.BUCKET_MILLIS.indexOf(10), sums[0]);
                    return new RevisionTraffic(
                            service.key(), share.getKey(), proxyEpoch(), sums[0], sums[1], 0, buckets);
                });
    }

    private String proxyEpoch() {
        return "epoch" + proxySeen;
    }

    /** What is healthy answers when it is asked. */
    private static RevisionStatus proved(ServiceSpec service, RevisionStatus status) {
        ProofSpec asked = service.proof();
        boolean answers =
                asked != null && asked.revision().equals(status.revision()) && status.state() == RevisionState.HEALTHY;
        return status.proving(answers ? asked.id() : null);
    }

    private Stream<StepTraffic> count(ServiceSpec service) {
        WatchSpec watch = service.watch();
        Load now = load;
        if (watch == null || (now.requests() == 0 && watch.probes().isEmpty())) {
            return Stream.of();
        }
        int share = service.weights().getOrDefault(watch.newRevision(), 0);
        StepTraffic newer =
                count(service, watch.newRevision(), now.requests() * share / 100, now.newErrors(), now.oneClient());
        return watch.oldRevision() == null
                ? Stream.of(newer)
                : Stream.of(
                        newer,
                        count(
                                service,
                                watch.oldRevision(),
                                now.requests() * (100 - share) / 100,
                                now.oldErrors(),
                                now.oneClient()));
    }

    private StepTraffic count(ServiceSpec service, String revision, int requests, int errors, boolean oneClient) {
        String step = service.watch().stepId();
        long[] sums = counted.computeIfAbsent(step + revision, key -> new long[2]);
        sums[0] += requests;
        sums[1] += Math.min(requests, errors);
        long events = oneClient ? Math.min(1, sums[1]) : sums[1];
        return new StepTraffic(
                service.key(), step, revision, proxyEpoch(), sums[0], sums[1], sums[0], 0, events, List.of(0L, 0L, 0L));
    }

    /** What it asked by itself. */
    private Stream<StepTraffic> probed(ServiceSpec service) {
        WatchSpec watch = service.watch();
        return watch == null || watch.probes().isEmpty()
                ? Stream.of()
                : service.revisions().stream().map(revision -> {
                    Behaviour behaviour = behaviours.get(revision.bundleSha256());
                    int asked = probesAsked;
                    long bad = behaviour == Behaviour.FAILS_PROBES ? asked : 0;
                    return new StepTraffic(
                            service.key(), watch.stepId(), revision.id(), epoch, asked, bad, 0, 0, bad, List.of());
                });
    }

    private RevisionStatus status(ServiceSpec service, RevisionSpec revision) {
        int beat = beats.merge(revision.id(), 1, Integer::sum);
        Behaviour behaviour = behaviours.getOrDefault(revision.bundleSha256(), Behaviour.HEALTHY);
        boolean underTraffic = service.weights().getOrDefault(revision.id(), 0) > 0;
        return switch (behaviour) {
            case HEALTHY, FAILS_PROBES ->
                seen(service, revision, beat < 2 ? RevisionState.STARTING : RevisionState.HEALTHY, 0, "");
            case SLOW -> seen(service, revision, RevisionState.FETCHING, 0, "still fetching");
            case NEVER_HEALTHY ->
                seen(service, revision, RevisionState.STARTING, 0, "GET /health answered 503 twelve times");
            case CRASH_LOOP, CRASH_LOOP_WHEN_NEW ->
                behaviour == Behaviour.CRASH_LOOP_WHEN_NEW && underTraffic
                        ? seen(service, revision, RevisionState.HEALTHY, 0, "")
                        : seen(
                                service,
                                revision,
                                beat < 2 ? RevisionState.STARTING : RevisionState.CRASHED,
                                beat / 2,
                                "exit 1");
            case CRASH_UNDER_TRAFFIC ->
                saying(
                        Said.of("exited", "web", 137),
                        seen(
                                service,
                                revision,
                                underTraffic && beat > 3 ? RevisionState.CRASHED : RevisionState.HEALTHY,
                                0,
                                ""));
            case CRASH_WHEN_ALONE ->
                seen(
                        service,
                        revision,
                        service.weights().getOrDefault(revision.id(), 0) == 100
                                ? RevisionState.CRASHED
                                : RevisionState.HEALTHY,
                        0,
                        "exit 137");
        };
    }

    private static RevisionStatus saying(Said said, RevisionStatus status) {
        return new RevisionStatus(
                status.service(),
                status.revision(),
                status.state(),
                status.since(),
                status.restarts(),
                status.exitCode(),
                said.text(),
                status.logTail(),
                status.checks(),
                status.proof(),
                said);
    }

    private static RevisionStatus seen(
            ServiceSpec service, RevisionSpec revision, RevisionState state, int restarts, String message) {
        List<String> tail = state == RevisionState.CRASHED ? List.of("Exception in thread main") : List.of();
        return new RevisionStatus(service.key(), revision.id(), state, Instant.EPOCH, restarts, null, message, tail);
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        thread.interrupt();
        thread.join();
        http.close();
    }
}
