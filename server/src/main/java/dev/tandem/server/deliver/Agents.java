package dev.tandem.server.deliver;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.RevisionSpec;
import dev.tandem.agent.protocol.ServiceSpec;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The agents, what each should run, and what each tells. Safe for use by many threads. */
@Component
public final class Agents {
    private static final String PREFIX = "tagt-";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final AgentReports reports;
    private final RolloutExecutor executor;
    private final Evidence evidence;
    private final RolloutTimes times;
    private final DeliverBells bells;
    private final Settings settings;
    private final List<ReportListener> listeners;
    private final SecretBox secrets;
    private final Clock clock;

    Agents(
            Database database,
            AgentReports reports,
            RolloutExecutor executor,
            Evidence evidence,
            RolloutTimes times,
            DeliverBells bells,
            Settings settings,
            List<ReportListener> listeners,
            SecretBox secrets,
            Clock clock) {
        this.database = database;
        this.reports = reports;
        this.executor = executor;
        this.evidence = evidence;
        this.times = times;
        this.bells = bells;
        this.settings = settings;
        this.listeners = List.copyOf(listeners);
        this.secrets = secrets;
        this.clock = clock;
    }

    /** @param token shown once; only its hash is kept */
    public record Registered(Agent agent, String token) {}

    /** A new agent, or a new token for the one of this name; its old token is not valid any more. */
    public Registered register(String name) {
        String token = token();
        return database.write(tx -> {
            AgentStore store = new AgentStore(tx.sql());
            Optional<Agent> known = store.find(name);
            known.ifPresent(agent -> store.token(agent.id(), hash(token)));
            Agent agent = known.orElseGet(() -> store.insert(name, hash(token), clock.instant()));
            return new Registered(agent, token);
        });
    }

    public List<Agent> list() {
        return database.read(sql -> new AgentStore(sql).list());
    }

    /** The agent that holds this token; empty for any other text. */
    public Optional<Agent> verify(String token) {
        return token.startsWith(PREFIX)
                ? database.read(sql -> new AgentStore(sql).byTokenHash(hash(token)))
                : Optional.empty();
    }

    /**
     * Waits until what the agent should run is another version than {@code after}.
     *
     * @return empty when {@code longest} passed without a change
     */
    public Optional<DesiredState> awaitDesired(long agentId, long after, Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        while (true) {
            long heard = bells.desired().strokes();
            DesiredState state = desired(agentId);
            if (state.version() != after) {
                return Optional.of(state);
            }
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (!left.isPositive() || !bells.desired().await(heard, left)) {
                return Optional.empty();
            }
        }
    }

    public DesiredState desired(long agentId) {
        return database.read(sql -> {
            List<ServiceSpec> services = new EnvironmentStore(sql)
                    .ofAgent(agentId).stream()
                            .map(environment -> service(sql, environment))
                            .toList();
            return new DesiredState(new AgentStore(sql).desiredVersion(agentId), services);
        });
    }

    private ServiceSpec service(DSLContext sql, Environment environment) {
        List<AgentStore.Desired> desired = new AgentStore(sql).desired(environment.id());
        Optional<StoredRollout> active = new RolloutStore(sql, times)
                .open(environment.id()).stream()
                        .filter(open -> open.rollout().phase().isActive())
                        .findFirst();
        return new ServiceSpec(
                environment.serviceKey(),
                List.of(environment.host()),
                desired.stream()
                        .map(revision -> revision(sql, environment, revision))
                        .toList(),
                desired.stream().collect(Collectors.toMap(AgentStore.Desired::revision, AgentStore.Desired::weight)),
                Math.toIntExact(times.drain().toSeconds()),
                active.map(open -> evidence.watch(sql, open, open.options().maxP95Millis()))
                        .orElse(null),
                active.map(StoredRollout::proof).orElse(null));
    }

    private RevisionSpec revision(DSLContext sql, Environment environment, AgentStore.Desired desired) {
        Map<String, String> variables =
                new HashMap<>(Configurations.clear(sql, secrets, environment.id(), desired.configurationVersion()));
        variables.put("TANDEM_ENVIRONMENT", environment.name());
        variables.put("TANDEM_ENVIRONMENT_TIER", environment.tier().wire());
        variables.put("TANDEM_COMMIT_SHA", desired.commitSha());
        return new RevisionSpec(
                desired.revision(),
                desired.bundleSha256(),
                desired.bundleSizeBytes(),
                variables,
                Math.toIntExact(times.stop().toSeconds()),
                desired.memoryBytes() == null ? usualMemory() : desired.memoryBytes());
    }

    private @Nullable Long usualMemory() {
        long megabytes = settings.serviceMemoryMegabytes();
        return megabytes == 0 ? null : megabytes * 1024 * 1024;
    }

    /** What should run changed in a way that no rollout knows of: every agent asks anew. */
    void changed() {
        database.write(tx -> {
            AgentStore store = new AgentStore(tx.sql());
            store.list().forEach(agent -> store.changed(agent.id()));
            tx.afterCommit(bells.desired()::ring);
            return true;
        });
    }

    /** Takes a report and lets the rollouts that it concerns go on at once. */
    public void report(long agentId, AgentReport report) {
        reports.accept(agentId, report);
        Instant now = clock.instant();
        listeners.forEach(listener -> listener.heard(agentId, report, now));
        executor.heardFrom(agentId);
    }

    private static String token() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String hash(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
