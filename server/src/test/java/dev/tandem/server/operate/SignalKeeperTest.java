package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.server.RunningServer;
import dev.tandem.server.SettableClock;
import dev.tandem.server.deliver.Agents;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.SignalSeries;
import dev.tandem.server.deliver.Tally;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Live;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Signals over a real database; time stands still unless moved. */
@ExtendWith(OperateServer.class)
class SignalKeeperTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static RunningServer server;
    private static OperateRows rows;
    private static int projects;

    private SettableClock clock;
    private SignalKeeper keeper;
    private long project;
    private long environment;
    private long agent;
    private Instant begin;
    private long proxy = 7;

    @BeforeAll
    static void start() {
        server = OperateServer.get();
        rows = new OperateRows(server.bean(Database.class));
    }

    @BeforeEach
    void begin() {
        project = rows.project("signals" + ++projects, 1);
        environment = rows.environment(project, "production", Tier.PRODUCTION);
        agent = server.bean(Agents.class).register("agent" + projects).agent().id();
        rows.runOn(environment, agent);
        begin = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.HOURS).minus(Duration.ofMinutes(30));
        clock = new SettableClock(begin);
        keeper = keeper();
        report(counts("d1", 0, 0, 0));
    }

    private SignalKeeper keeper() {
        return new SignalKeeper(
                server.bean(Database.class), server.bean(Environments.class), server.bean(Live.class), clock);
    }

    private RevisionTraffic counts(String revision, long requests, long errors, int bucket) {
        List<Long> buckets = new ArrayList<>(Collections.nCopies(25, 0L));
        buckets.set(bucket, requests);
        return new RevisionTraffic("p" + project + "-production", revision, "e", requests, errors, 0, buckets);
    }

    private void report(RevisionTraffic... traffic) {
        keeper.heard(
                agent,
                new AgentReport(
                        "test",
                        "boot",
                        clock.instant(),
                        1,
                        List.of(),
                        List.of(traffic),
                        Map.of("p" + project + "-production", Map.of("d1", 3, "d2", 1)),
                        new AgentReport.ProxyStatus(true, 80, proxy, 1)),
                clock.instant());
    }

    private List<SignalSeries> read(Duration step) {
        return keeper.read(environment, begin, clock.instant().plusSeconds(1), step);
    }

    @Test
    void secondsAndMinutesTellTheSame() {
        for (int second = 1; second <= 90; second++) {
            clock.advance(SECOND);
            report(counts("d1", 10L * second, second, 3), counts("d2", second, 0, 10));
            if (second % 10 == 0) {
                keeper.store();
            }
        }

        SignalSeries seconds = read(SECOND).getFirst();
        SignalSeries minutes = read(Duration.ofMinutes(1)).getFirst();

        assertThat(seconds.revision()).isEqualTo("d1");
        assertThat(seconds.points()).hasSize(90).allSatisfy(point -> {
            assertThat(point.requestsPerSecond()).isEqualTo(10);
            assertThat(point.weight()).isEqualTo(75);
        });
        assertThat(minutes.points()).hasSize(2);
        assertThat(minutes.total()).isEqualTo(seconds.total());
        assertThat(minutes.total().requests()).isEqualTo(900);
        assertThat(minutes.total().errors()).isEqualTo(90);
        assertThat(read(SECOND).getLast().total().requests()).isEqualTo(90);
        Tally both = read(SECOND).stream().map(SignalSeries::total).reduce(Tally.NONE, Tally::plus);
        assertThat(both.quantile(0.5).orElseThrow()).isBetween(3.0, 5.0);
        assertThat(both.quantile(0.99).orElseThrow()).isBetween(50.0, 70.0);
    }

    @Test
    void aServerThatStartsAgainGoesOnInTheSameChunk() {
        clock.advance(SECOND);
        report(counts("d1", 5, 0, 3));
        keeper.stop();

        keeper = keeper();
        clock.advance(SECOND);
        report(counts("d1", 7, 0, 3));
        clock.advance(SECOND);
        report(counts("d1", 8, 0, 3));
        assertThat(total()).isEqualTo(6);
        keeper.store();
        assertThat(total()).isEqualTo(6);
        clock.advance(SECOND);
        report(counts("d1", 10, 0, 3));
        keeper.store();
        assertThat(total()).isEqualTo(8);
        assertThat(keeper().read(environment, begin, clock.instant().plusSeconds(1), SECOND)
                        .getFirst()
                        .total()
                        .requests())
                .isEqualTo(8);
    }

    private long total() {
        return read(SECOND).getFirst().total().requests();
    }

    @Test
    void whatIsIdleIsKnownToBeIdleAndCostsLittle() {
        for (int minute = 0; minute < 10; minute++) {
            for (int beat = 0; beat < 12; beat++) {
                clock.advance(Duration.ofSeconds(5));
                report(counts("d1", 0, 0, 0));
                keeper.store();
            }
        }

        assertThat(read(SECOND).getFirst().points())
                .hasSize(600)
                .allSatisfy(point -> assertThat(point.tally().requests()).isZero());
        int bytes = rows.write(sql -> new SignalStore(sql)
                .list(environment, Resolution.SECOND, begin, clock.instant()).stream()
                        .filter(row -> row.revision().equals("d1"))
                        .mapToInt(row -> row.points().length)
                        .sum());
        assertThat(bytes).isLessThan(200);
    }

    @Test
    void theOldIsRemovedAndEveryAgentSpeaksForItselfOnly() {
        clock.advance(SECOND);
        report(counts("d1", 5, 0, 3));
        long other =
                server.bean(Agents.class).register("other" + projects).agent().id();
        long own = agent;
        agent = other;
        report(counts("d1", 0, 0, 3));
        clock.advance(SECOND);
        report(counts("d1", 1000, 0, 3));
        agent = own;
        keeper.stop();
        assertThat(total()).isEqualTo(5);

        clock.advance(Duration.ofHours(2));
        keeper.store();
        keeper.sweep();
        assertThat(read(SECOND)).isEmpty();
        assertThat(read(Duration.ofMinutes(1)).getFirst().total().requests()).isEqualTo(5);
        clock.advance(Duration.ofDays(32));
        keeper.sweep();
        assertThat(read(Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void chartsReadColumnsOverTheApi() {
        SignalKeeper served = server.bean(SignalKeeper.class);
        keeper = served;
        clock = new SettableClock(Instant.now().minusSeconds(20));
        report(counts("d1", 0, 0, 0));
        clock.advance(SECOND);
        report(counts("d1", 30, 3, 3), counts("d2", 10, 10, 12));
        String path = "/api/tandem/v1/projects/" + project + "/environments/" + environment + "/signals";

        JsonNode json = JSON.readTree(
                server.ask("GET", path + "?step=1", RunningServer.TOKEN, null).body());

        int last = json.path("times").size() - 1;
        assertThat(last).isNotNegative();
        assertThat(json.path("total").path("requests").get(last).asLong()).isEqualTo(40);
        assertThat(json.path("revisions")
                        .get(1)
                        .path("columns")
                        .path("error_ratio")
                        .get(last)
                        .asDouble())
                .isEqualTo(1.0);
        assertThat(json.path("revisions")
                        .get(0)
                        .path("columns")
                        .path("share")
                        .get(last)
                        .asDouble())
                .isEqualTo(0.75);
        assertThat(server.ask("GET", path + "?step=0", RunningServer.TOKEN, null)
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.ask("GET", path, null, null).statusCode()).isIn(401, 404);
    }
}
