package dev.tandem.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.agent.protocol.ProofSpec;
import dev.tandem.agent.protocol.RevisionSpec;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.agent.protocol.ServiceSpec;
import dev.tandem.agent.protocol.StepTraffic;
import dev.tandem.agent.protocol.WatchSpec;
import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent with real processes, a real proxy and a server in memory. */
class AgentTest {

    @TempDir
    Path temporary;

    private FakeServer server = null;
    private TandemAgent agent = null;
    private Bundle bundle = null;
    private int port;

    @BeforeAll
    static void sandboxIsThere() {
        assumeTrue(
                Sandbox.detect(false) instanceof SandboxDetection.Available,
                "services cannot be isolated here: run as root with bubblewrap installed (apt-get install bubblewrap)");
    }

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
        bundle = Bundle.sample();
        server.add(bundle.sha256(), bundle.bytes());
        agent = new TandemAgent(config());
        agent.start();
        port = agent.proxyPort();
    }

    @AfterEach
    void stop() throws IOException {
        agent.stopAll();
        server.close();
    }

    @Test
    void runsWhatIsDesiredAndReportsIt() throws Exception {
        server.desire(service(Map.of("r1", 1), good("r1")));

        until(() -> server.is("r1", RevisionState.HEALTHY)
                && server.last().appliedWeights().equals(Map.of("app", Map.of("r1", 1))));

        assertThat(get("/")).isEqualTo("200 r1");
        assertThat(server.last().appliedVersion()).isEqualTo(server.version());
        assertThat(server.last().proxy().running()).isTrue();
        assertThat(server.last().proxy().port()).isEqualTo(port);
        assertThat(server.last().proxy().residentBytes()).isGreaterThan(10_000_000);
        assertThat(server.status("r1").logTail()).first().asString().startsWith("starting good on ");
        until(() -> traffic("r1") != null && traffic("r1").requests() == 1);
        assertThat(traffic("r1").latencyBuckets()).hasSize(RevisionTraffic.BUCKET_MILLIS.size() + 1);
    }

    @Test
    void movesTrafficWithoutLosingARequestAndStopsTheOldRevision() throws Exception {
        server.desire(service(Map.of("r1", 1), good("r1")));
        until(() -> get("/").equals("200 r1"));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger good = new AtomicInteger();
        List<String> bad = Collections.synchronizedList(new ArrayList<>());
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String path = i == 0 ? "/slow" : "/";
            clients.add(Thread.ofVirtual().start(() -> load(path, stop, good, bad)));
        }

        server.desire(service(Map.of("r1", 1, "r2", 0), good("r1"), good("r2")));
        until(() -> server.is("r2", RevisionState.HEALTHY));
        server.desire(service(Map.of("r1", 0, "r2", 1), good("r1"), good("r2")));
        until(() -> server.last().appliedWeights().get("app").equals(Map.of("r1", 0, "r2", 1)));
        server.desire(service(Map.of("r2", 1), good("r2")));
        until(() -> server.wasEver("r1", RevisionState.STOPPED));
        int before = good.get();
        until(() -> good.get() > before + 20);
        stop.set(true);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(bad).isEmpty();
        assertThat(get("/")).isEqualTo("200 r2");
        until(() -> server.status("r1") == null);
        assertThat(temporary.resolve("a/services/app/r1")).doesNotExist();
    }

    @Test
    void provesThatARevisionAnswersOnceItHasAllRequests() throws Exception {
        ProofSpec proof = new ProofSpec("7-back", "r1");
        server.desire(proving(service(Map.of("r1", 1, "r2", 1), good("r1"), good("r2")), proof));
        until(() -> server.is("r2", RevisionState.HEALTHY)
                && server.last().appliedWeights().equals(Map.of("app", Map.of("r1", 1, "r2", 1))));
        assertThat(server.status("r1").proof()).as("it shares the requests yet").isNull();

        server.desire(proving(service(Map.of("r1", 1, "r2", 0), good("r1"), good("r2")), proof));

        until(() -> "7-back".equals(server.status("r1").proof()));
        assertThat(server.status("r2").proof()).isNull();
    }

    private static ServiceSpec proving(ServiceSpec service, ProofSpec proof) {
        return new ServiceSpec(
                service.key(),
                service.hosts(),
                service.revisions(),
                service.weights(),
                service.drainSeconds(),
                null,
                proof);
    }

    @Test
    void sharesTrafficByWeight() throws Exception {
        server.desire(service(Map.of("r1", 3, "r2", 1), good("r1"), good("r2")));
        until(() -> server.last() != null
                && server.last().appliedWeights().equals(Map.of("app", Map.of("r1", 3, "r2", 1))));

        Map<String, Integer> answers = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            answers.merge(get("/"), 1, Integer::sum);
        }

        assertThat(answers.keySet()).containsExactlyInAnyOrder("200 r1", "200 r2");
        // Six standard deviations of a binomial distribution with n = 400, p = 1/4.
        assertThat(answers.get("200 r2")).isCloseTo(100, within(52));
        until(() -> traffic("r1").requests() + traffic("r2").requests() == 400);
    }

    @Test
    void keepsTheOldRevisionServingWhenTheNewOneNeverBecomesHealthy() throws Exception {
        server.desire(service(Map.of("r1", 1), good("r1")));
        until(() -> get("/").equals("200 r1"));

        server.desire(service(Map.of("r2", 1), good("r1"), behaving("r2", "sick")));
        until(() -> server.is("r2", RevisionState.UNHEALTHY));

        assertThat(server.status("r2").message()).isEqualTo("GET /health answered 503 (2 attempts)");
        assertThat(server.last().appliedWeights()).isEqualTo(Map.of("app", Map.of("r1", 1)));
        assertThat(get("/")).isEqualTo("200 r1");
    }

    @Test
    void startsACrashingRevisionAgainWithPauses() throws Exception {
        server.desire(service(Map.of("r1", 1), behaving("r1", "crash")));

        until(() ->
                server.is("r1", RevisionState.CRASHED) && server.status("r1").restarts() >= 2);

        RevisionStatus status = server.status("r1");
        assertThat(status.exitCode()).isEqualTo(3);
        assertThat(status.message()).isEqualTo("The web process ended with exit code 3");
        assertThat(status.logTail()).contains("cannot find the configuration");
        assertThat(get("/")).startsWith("503 ");
    }

    @Test
    void takesACrashedRevisionOutAndBackIn() throws Exception {
        server.desire(service(Map.of("r1", 1), good("r1")));
        until(() -> get("/").equals("200 r1"));

        get("/exit");
        until(() -> server.wasEver("r1", RevisionState.CRASHED));
        until(() -> get("/").equals("200 r1"));

        until(() -> server.is("r1", RevisionState.HEALTHY));
        assertThat(server.status("r1").restarts()).isEqualTo(1);
        assertThat(server.status("r1").exitCode()).isEqualTo(7);
    }

    @Test
    void endsTheWholeTreeOfAServiceThatIgnoresSigterm() throws Exception {
        server.desire(service(Map.of("r1", 1), behaving("r1", "stubborn")));
        until(() -> server.is("r1", RevisionState.HEALTHY));
        assertThat(running("sleep 86399")).isNotEmpty();

        server.desire();
        until(() -> server.wasEver("r1", RevisionState.STOPPED));

        assertThat(running("sleep 86399")).isEmpty();
        assertThat(temporary.resolve("a/services/app/r1")).doesNotExist();
        assertThat(get("/")).startsWith("404 ");
    }

    @Test
    void startsAnewWhatUsesTooMuchMemoryAndWhatLostItsLiveness() throws Exception {
        RevisionSpec small = bundle.revision("small", Map.of());
        RevisionSpec limited = new RevisionSpec(
                "limited", small.bundleSha256(), small.bundleSizeBytes(), Map.of(), 2, 150L * 1024 * 1024);
        server.desire(
                service("app", "app.test", Map.of("limited", 1), limited),
                service("other", "other.test", Map.of("lively", 1), good("lively")));
        until(() -> get("/").equals("200 limited") && get("other.test", "/").equals("200 lively"));

        assertThat(get("/leak")).isEqualTo("200 leaking");
        assertThat(get("other.test", "/sicken")).isEqualTo("200 ill");

        until(() -> server.said("lively", RevisionState.UNHEALTHY, "GET /health answered 503 (2 attempts)"));
        until(() -> server.said("limited", RevisionState.CRASHED, "Out of memory: it used 2"));
        assertThat(running("sleep 86395")).isEmpty();
        until(() -> server.said("lively", RevisionState.CRASHED, "(2 attempts); it is started anew"));
        until(() ->
                get("/").equals("200 limited") && get("other.test", "/health").equals("200 checked"));
        until(() -> server.is("lively", RevisionState.HEALTHY));
        assertThat(server.status("lively").restarts()).isEqualTo(1);
        assertThat(server.status("limited").restarts()).isEqualTo(1);
        assertThat(server.status("limited").message()).isEqualTo("The health check passed");
    }

    @Test
    void aServiceGetsAwayWithNothing() throws Exception {
        server.desire(service(
                Map.of("daemon", 1),
                behaving("daemon", "daemon"),
                behaving("flood", "flood"),
                behaving("late", "robbed")));
        until(() -> portGiven("late") != 0);
        try (Thief thief = new Thief(portGiven("late"))) {
            until(() -> server.said("late", RevisionState.UNHEALTHY, "was taken by another program (uid "));
        }
        until(() -> get("/").equals("200 daemon") && server.is("flood", RevisionState.HEALTHY));
        assertThat(running("sleep 86397")).isNotEmpty();
        Path flooded = temporary.resolve("a/services/app/flood/process-web/output.log.1");
        until(() -> Files.exists(flooded));
        assertThat(Files.size(flooded)).isEqualTo(5 * 1024 * 1024);
        // As many lines as are left of it right after the files changed places.
        until(() -> server.status("flood").logTail().size() > 20);

        server.desire();
        until(() -> server.wasEver("daemon", RevisionState.STOPPED) && server.wasEver("flood", RevisionState.STOPPED));

        assertThat(running("sleep 86397")).isEmpty();
    }

    /** Of the web process as it was started last; 0 while none was. */
    private int portGiven(String revision) throws IOException {
        Path file = temporary.resolve("a/services/app/" + revision + "/revision.json");
        return new JsonFile<>(file, Revision.class).load().map(Revision::port).orElse(0);
    }

    @Test
    void asksBothRevisionsOfAStepInPairsAndCountsThemApart() throws Exception {
        RevisionSpec broken = behaving("r2", "broken");
        WatchSpec step = new WatchSpec("7.1", "r2", "r1", List.of(1, 5000, 5000), null, List.of("/health", "/probed"));
        server.desire(service(Map.of("r1", 1), good("r1"), broken));
        until(() -> server.is("r2", RevisionState.HEALTHY) && server.is("r1", RevisionState.HEALTHY));
        assertThat(server.status("r2").checks()).containsExactly("/health");
        assertThat(server.last().probes()).isEmpty();

        server.desire(new ServiceSpec(
                "app", List.of("app.test"), List.of(good("r1"), broken), Map.of("r1", 9, "r2", 1), 5, step));
        until(() -> server.probes("r2") != null && server.probes("r2").errorEvents() >= 2);

        StepTraffic ofNew = server.probes("r2");
        StepTraffic ofOld = server.probes("r1");
        assertThat(ofNew.stepId()).isEqualTo("7.1");
        assertThat(ofNew.errors()).isBetween(2L, ofNew.requests() / 2 + 1);
        assertThat(ofOld.requests()).isEqualTo(ofNew.requests());
        assertThat(ofOld.errors()).isZero();
        assertThat(ofNew.judgedForLatency()).isZero();
        assertThat(server.last().steps())
                .allSatisfy(counted -> assertThat(counted.requests()).isZero());
        agent.close();
        agent = new TandemAgent(config());
        agent.start();
        until(() -> server.probes("r2") != null && !server.probes("r2").epoch().equals(ofNew.epoch()));

        server.desire(service(Map.of("r1", 1), good("r1"), broken));
        until(() -> server.last().appliedVersion() == server.version()
                && server.last().probes().isEmpty());
    }

    @Test
    void refusesBundlesThatCannotBeTrustedOrRun() throws Exception {
        Bundle hostile = Bundle.of(Map.of("../../evil", new byte[] {1}));
        Bundle empty = Bundle.of(Map.of("README", new byte[] {1}));
        server.add(hostile.sha256(), hostile.bytes());
        server.add(empty.sha256(), empty.bytes());
        String wrong = "0".repeat(64);
        server.add(wrong, bundle.bytes());
        int size = bundle.bytes().length;

        server.desire(service(
                Map.of(),
                hostile.revision("hostile", Map.of()),
                empty.revision("empty", Map.of()),
                new RevisionSpec("changed", wrong, size, Map.of(), 1),
                new RevisionSpec("longer", bundle.sha256(), size - 1, Map.of(), 1),
                new RevisionSpec("missing", "1".repeat(64), size, Map.of(), 1)));

        Map<String, String> reasons = Map.of(
                "hostile", "path leads upwards",
                "empty", "no Procfile",
                "changed", "SHA-256 is " + bundle.sha256(),
                "longer", "longer than the " + (size - 1) + " bytes announced",
                "missing", "no bundle");
        for (Map.Entry<String, String> reason : reasons.entrySet()) {
            until(() -> server.is(reason.getKey(), RevisionState.FAILED));
            assertThat(server.status(reason.getKey()).message()).contains(reason.getValue());
        }
        assertThat(temporary.resolve("a/services/evil")).doesNotExist();
        assertThat(temporary.resolve("a/evil")).doesNotExist();
    }

    @Test
    void bringsAKilledProxyBackWithTheSameRoutesAndPortInTheMiddleOfAStep() throws Exception {
        WatchSpec step = new WatchSpec("7.1", "r2", "r1", List.of(), null);
        server.desire(service(Map.of("r1", 1), good("r1"), good("r2")));
        until(() -> get("/").equals("200 r1") && server.is("r2", RevisionState.HEALTHY));
        server.desire(new ServiceSpec(
                "app", List.of("app.test"), List.of(good("r1"), good("r2")), Map.of("r1", 1, "r2", 1), 5, step));
        until(() -> server.last().appliedWeights().equals(Map.of("app", Map.of("r1", 1, "r2", 1))));
        for (int i = 0; i < 20; i++) {
            get("/");
        }
        until(() -> requestsOfSteps() == 20);
        long pid = server.last().proxy().pid();
        String epoch = server.last().steps().getFirst().epoch();

        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();

        until(() -> server.last().proxy().running() && server.last().proxy().pid() != pid);
        until(() -> get("/").startsWith("200 "));
        assertThat(server.last().proxy().port()).isEqualTo(port);
        // It counts the step anew, and says so: by the table on its disk it began before the agent was back.
        until(() -> requestsOfSteps() == 1);
        assertThat(server.last().steps())
                .hasSize(2)
                .allSatisfy(counted -> assertThat(counted.epoch()).isNotEqualTo(epoch));
    }

    private long requestsOfSteps() {
        return server.last().steps().stream().mapToLong(StepTraffic::requests).sum();
    }

    @Test
    void withoutItsServerItGoesOnByWhatItKnows() throws Exception {
        server.desire(service(Map.of("r1", 1), good("r1")));
        until(() -> get("/").equals("200 r1"));
        server.close();

        assertThat(get("/exit")).isEqualTo("200 bye");

        until(() -> !get("/").equals("200 r1"));
        until(() -> get("/").equals("200 r1"));
    }

    @Test
    void servicesAndProxyOutliveTheAgentInAFolderWithALongPathToo() throws Exception {
        agent.stopAll();
        Path folder = temporary.resolve("a-long-name-of-a-folder/".repeat(5));
        agent = new TandemAgent(config(folder));
        agent.start();
        port = agent.proxyPort();
        server.desire(service(Map.of("r1", 1), good("r1")));
        until(() -> get("/").equals("200 r1"));
        until(() -> server.last().proxy().running());
        long proxyPid = server.last().proxy().pid();
        agent.close();

        assertThat(get("/")).isEqualTo("200 r1");
        agent = new TandemAgent(config(folder));
        agent.start();
        int reports = server.reports().size();
        until(() -> server.reports().size() > reports && server.last().proxy().running());

        assertThat(server.status("r1").restarts()).isZero();
        assertThat(server.last().proxy().pid()).isEqualTo(proxyPid);
        assertThat(get("/")).isEqualTo("200 r1");
        Path socket =
                Path.of(Files.readString(folder.resolve("proxy/socket-folder")).strip());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rwx------");
        agent.stopAll();
        assertThat(socket).doesNotExist();
    }

    @Test
    void anAgentKilledOutrightLeavesEverythingToItsSuccessor() throws Exception {
        agent.stopAll();
        Path folder = temporary.resolve("b");
        Process first = agentProcess(folder);
        server.desire(service(Map.of("r1", 1), good("r1")));
        until(() -> server.is("r1", RevisionState.HEALTHY)
                && server.last().appliedWeights().equals(Map.of("app", Map.of("r1", 1))));
        port = server.last().proxy().port();
        assertThat(get("/")).isEqualTo("200 r1");
        first.destroyForcibly().waitFor();

        assertThat(get("/")).isEqualTo("200 r1");
        get("/exit");
        int reports = server.reports().size();
        agent = new TandemAgent(config(folder));
        agent.start();

        until(() -> server.reports().size() > reports
                && server.is("r1", RevisionState.HEALTHY)
                && server.status("r1").restarts() == 1);
        assertThat(server.status("r1").exitCode()).isEqualTo(7);
        until(() -> get("/").equals("200 r1"));
    }

    @Test
    void anAgentKilledAtAnyMomentLosesNoRequestAndDoublesNoProcess() throws Exception {
        agent.stopAll();
        Path folder = temporary.resolve("c");
        int crashes = Integer.getInteger("tandem.crashes", 3);
        Random random = new Random(20261123);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger good = new AtomicInteger();
        List<String> bad = Collections.synchronizedList(new ArrayList<>());
        server.desire(service(Map.of("r0", 1), good("r0")));
        Process first = agentProcess(folder);
        until(() -> server.last().appliedWeights().equals(Map.of("app", Map.of("r0", 1))));
        port = server.last().proxy().port();
        first.destroyForcibly().waitFor();
        Thread client = Thread.ofVirtual().start(() -> load("/", stop, good, bad));

        for (int i = 1; i <= crashes; i++) {
            // As a rollout would end, with the old revision gone only once the new one has the traffic.
            server.desire(service(Map.of("r" + i, 1), good("r" + (i - 1)), good("r" + i)));
            Process doomed = agentProcess(folder);
            assertThat(doomed.waitFor(500 + random.nextInt(4000), TimeUnit.MILLISECONDS))
                    .isFalse();
            doomed.destroyForcibly().waitFor();
            try (TandemAgent successor = new TandemAgent(config(folder))) {
                successor.start();
                Map<String, Integer> weights = Map.of("r" + i, 1);
                until(() -> server.last().appliedVersion() == server.version()
                        && server.last().appliedWeights().equals(Map.of("app", weights)));
            }
        }
        server.desire(service(Map.of("r" + crashes, 1), good("r" + crashes)));
        agent = new TandemAgent(config(folder));
        agent.start();
        until(() -> server.wasEver("r" + (crashes - 1), RevisionState.STOPPED));
        stop.set(true);
        client.join();

        assertThat(bad).isEmpty();
        assertThat(good).hasPositiveValue();
        assertThat(servicesRunning()).isEqualTo(1);
        assertThat(folder.resolve("services/app")).isDirectoryContaining("glob:**/r" + crashes);
    }

    @Test
    void stopAllLeavesNothingBehindAndTheNextAgentStartsItAgain() throws Exception {
        server.desire(service(Map.of("r1", 1), good("r1")));
        until(() -> get("/").equals("200 r1"));
        agent.stopAll();

        assertThat(running(temporary.toString())).isEmpty();
        assertThat(running("dev.tandem.agent.SampleService")).isEmpty();
        agent = new TandemAgent(config());
        agent.start();
        until(() -> get("/").equals("200 r1"));
        assertThat(agent.proxyPort()).isEqualTo(port);
    }

    @Test
    void runsWorkersOnceTheWebProcessIsHealthy() throws Exception {
        Bundle two = Bundle.sample("web: exec java -cp classes dev.tandem.agent.SampleService\n"
                + "worker: echo \"port=$PORT\" > worked; exec sleep 86398\n");
        server.add(two.sha256(), two.bytes());
        server.desire(service(Map.of("r1", 1), two.revision("r1", Map.of())));

        Path worked = temporary.resolve("a/services/app/r1/bundle/worked");
        until(() -> Files.exists(worked) && Files.readString(worked).equals("port=\n"));
        assertThat(server.wasEver("r1", RevisionState.HEALTHY)).isTrue();
        server.desire();
        until(() -> server.wasEver("r1", RevisionState.STOPPED));
        assertThat(running("sleep 86398")).isEmpty();
    }

    @Test
    void isAloneInItsFolder() {
        TandemAgent second = new TandemAgent(config());

        assertThatThrownBy(second::start).isInstanceOf(IOException.class).hasMessageContaining("another agent runs in");
    }

    private AgentConfig config() {
        return config(temporary.resolve("a"));
    }

    private AgentConfig config(Path folder) {
        return AgentConfig.of(
                server.uri(),
                FakeServer.TOKEN,
                folder,
                "127.0.0.1",
                0,
                AgentConfig.javaProxy(Path.of(System.getProperty("java.home"), "bin", "java"), proxyClassPath()));
    }

    private Process agentProcess(Path folder) throws IOException {
        Path token = Files.writeString(temporary.resolve("token"), FakeServer.TOKEN);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.tandem.agent.AgentMain",
                        "--server",
                        server.uri().toString(),
                        "--token-file",
                        token.toString(),
                        "--folder",
                        folder.toString(),
                        "--proxy-listen",
                        "127.0.0.1:0",
                        "--proxy-class-path",
                        proxyClassPath())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("agent.log").toFile())
                .start();
    }

    private static String proxyClassPath() {
        return AgentConfig.proxyClassPath(System.getProperty("java.class.path"));
    }

    private RevisionSpec good(String id) throws Exception {
        return bundle.revision(id, Map.of());
    }

    private RevisionSpec behaving(String id, String behaviour) throws Exception {
        return bundle.revision(id, Map.of("BEHAVIOUR", behaviour));
    }

    private static ServiceSpec service(Map<String, Integer> weights, RevisionSpec... revisions) {
        return new ServiceSpec("app", List.of("app.test"), List.of(revisions), weights, 5);
    }

    private static ServiceSpec service(String key, String host, Map<String, Integer> weights, RevisionSpec revision) {
        return new ServiceSpec(key, List.of(host), List.of(revision), weights, 5);
    }

    private RevisionTraffic traffic(String revision) {
        return server.last().traffic().stream()
                .filter(traffic -> traffic.revision().equals(revision))
                .findFirst()
                .orElse(null);
    }

    private void load(String path, AtomicBoolean stop, AtomicInteger good, List<String> bad) {
        while (!stop.get()) {
            try {
                String answer = get(path);
                if (answer.startsWith("200 ")) {
                    good.incrementAndGet();
                } else {
                    bad.add(answer);
                }
            } catch (IOException e) {
                bad.add(e.toString());
            }
        }
    }

    /** Status and body of one request to the service by way of the proxy. */
    private String get(String path) throws IOException {
        return get("app.test", path);
    }

    private String get(String host, String path) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (answer.length() < 12) {
                throw new IOException("no answer: " + answer);
            }
            return answer.substring(9, 12) + " " + answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    /** Command lines of living processes that hold the text; the test's own JVM apart. */
    private static List<String> running(String text) {
        return ProcessHandle.allProcesses()
                .filter(handle -> handle.pid() != ProcessHandle.current().pid())
                .map(handle -> handle.info().commandLine().orElse(""))
                .filter(line -> line.contains(text) && !line.contains("surefire"))
                .toList();
    }

    /** JVMs of the sample, the shells around them not counted. */
    private static long servicesRunning() {
        return ProcessHandle.allProcesses()
                .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
                .filter(handle -> handle.info().commandLine().orElse("").endsWith("dev.tandem.agent.SampleService"))
                .count();
    }

    private static void until(Callable<Boolean> condition) {
        Await.until("what the agent was told", condition);
    }
}
