package dev.tandem.server.deliver;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.ProofSpec;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.agent.protocol.Said;
import dev.tandem.server.deliver.rollout.Observation.AgentView;
import dev.tandem.server.deliver.rollout.Observation.Seen;
import dev.tandem.server.platform.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The latest report of each agent. Kept in memory, since one comes every second; written to the database only when it tells
 * something new, so that a restarted server knows what its predecessor knew. Safe for use by many threads.
 */
final class AgentReports {
    private static final Logger LOG = LoggerFactory.getLogger(AgentReports.class);

    private final Database database;
    private final JsonMapper json;
    private final Clock clock;
    private final Map<Long, Heard> latest = new ConcurrentHashMap<>();

    AgentReports(Database database, JsonMapper json, Clock clock) {
        this.database = database;
        this.json = json;
        this.clock = clock;
        database.read(sql -> new AgentStore(sql).reports()).forEach(this::remember);
    }

    record Heard(AgentReport report, Instant at) {}

    private void remember(AgentStore.LastReport stored) {
        try {
            latest.put(stored.agentId(), new Heard(json.readValue(stored.json(), AgentReport.class), stored.at()));
        } catch (JacksonException e) {
            // Written by another version of the server; the agent tells the whole truth again soon.
            LOG.info("the last report of agent {} cannot be read any more", stored.agentId(), e);
        }
    }

    /** Takes a report; what it tells is durable on return. */
    void accept(long agentId, AgentReport report) {
        Instant now = clock.instant();
        Heard before = latest.put(agentId, new Heard(report, now));
        if (before == null || !essence(before.report()).equals(essence(report))) {
            String text = json.writeValueAsString(report);
            database.write(tx -> {
                new AgentStore(tx.sql()).report(agentId, text, now);
                return true;
            });
        }
    }

    /** What matters after a restart: everything but time and counters. */
    private static AgentReport essence(AgentReport report) {
        return new AgentReport(
                report.version(),
                report.bootId(),
                Instant.EPOCH,
                report.appliedVersion(),
                report.revisions(),
                java.util.List.of(),
                report.appliedWeights(),
                new AgentReport.ProxyStatus(
                        report.proxy().running(),
                        report.proxy().port(),
                        report.proxy().pid(),
                        0));
    }

    Optional<Heard> latest(@Nullable Long agentId) {
        return agentId == null ? Optional.empty() : Optional.ofNullable(latest.get(agentId));
    }

    /**
     * What the agent's latest report says about one environment; null when it never reported.
     *
     * @param desiredVersion the newest state that the agent should take up
     * @param proof what was asked for in it; null for nothing
     */
    @Nullable
    AgentView view(Environment environment, long desiredVersion, @Nullable ProofSpec proof) {
        Heard heard = latest(environment.agentId()).orElse(null);
        if (heard == null) {
            return null;
        }
        Map<String, Seen> revisions = new HashMap<>();
        for (RevisionStatus status : heard.report().revisions()) {
            if (status.service().equals(environment.serviceKey())) {
                revisions.put(
                        status.revision(),
                        new Seen(
                                status.state(),
                                status.restarts(),
                                status.said() == null ? Said.plain(status.message()) : status.said(),
                                status.logTail(),
                                proof != null && proof.id().equals(status.proof())));
            }
        }
        Map<String, Integer> weights = heard.report().appliedWeights().getOrDefault(environment.serviceKey(), Map.of());
        return new AgentView(heard.at(), heard.report().appliedVersion() >= desiredVersion, revisions, weights);
    }
}
