package dev.tandem.server.deliver;

import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The environments of projects, and how their services are. Safe for use by many threads. */
@Component
public final class Environments {
    /** More environments than this are not listed on one page. */
    static final int MOST = 500;

    private final Database database;
    private final AgentReports reports;
    private final Settings settings;
    private final Clock clock;

    Environments(Database database, AgentReports reports, Settings settings, Clock clock) {
        this.database = database;
        this.reports = reports;
        this.settings = settings;
        this.clock = clock;
    }

    public Optional<Environment> find(long id) {
        return database.read(sql -> new EnvironmentStore(sql).find(id));
    }

    public Optional<Environment> find(long projectId, String name) {
        return database.read(sql -> new EnvironmentStore(sql).find(projectId, name));
    }

    /** Those that are still there. */
    public List<Environment> find(Collection<Long> ids) {
        return database.read(sql -> new EnvironmentStore(sql).find(ids));
    }

    /**
     * Says which service of its project an environment runs.
     *
     * @param service empty: what the environment's name says
     * @return what is wrong with the name, as a sentence; empty when it is so now
     */
    public Optional<String> assign(Environment environment, String service) {
        String name = service.strip();
        Optional<String> problem = name.isEmpty() ? Optional.empty() : EnvironmentNames.serviceProblem(name);
        if (problem.isEmpty()) {
            String assigned = name.isEmpty() ? null : name;
            database.write(tx -> new EnvironmentStore(tx.sql()).service(environment.id(), assigned, clock.instant()));
        }
        return problem;
    }

    /** Those whose services this agent runs. */
    public List<Environment> ofAgent(long agentId) {
        return database.read(sql -> new EnvironmentStore(sql).ofAgent(agentId));
    }

    /** By name. */
    public List<Environment> list(long projectId, EnvironmentFilter filter, int offset, int limit) {
        return database.read(sql -> new EnvironmentStore(sql).list(projectId, filter, offset, limit));
    }

    public int count(long projectId, EnvironmentFilter filter) {
        return database.read(sql -> new EnvironmentStore(sql).count(projectId, filter));
    }

    /** What serves in an environment now, and how it is. */
    public EnvironmentState state(Environment environment) {
        return database.read(sql -> {
            List<Deployment> newest = new DeploymentStore(sql)
                    .list(environment.projectId(), DeploymentFilter.NEWEST_FIRST.of(environment.name()), 0, 1);
            AgentStore.Desired serving =
                    new AgentStore(sql).serving(environment.id()).orElse(null);
            Deployment current = current(sql, environment, serving);
            return new EnvironmentState(
                    environment,
                    current,
                    newest.isEmpty() ? null : newest.getFirst(),
                    health(environment, serving),
                    url(environment, serving != null));
        });
    }

    /** What an agent runs; where none does, what some job or another system brought last. */
    private @Nullable Deployment current(
            DSLContext sql, Environment environment, AgentStore.@Nullable Desired serving) {
        DeploymentStore deployments = new DeploymentStore(sql);
        if (serving != null) {
            return deployments.find(serving.deploymentId()).orElse(null);
        }
        return environment.agentId() != null || environment.state() == Environment.State.STOPPED
                ? null
                : deployments.successesBefore(environment.id(), Instant.ofEpochMilli(Long.MAX_VALUE), 1).stream()
                        .findFirst()
                        .orElse(null);
    }

    /** In how many environments of each tier an agent runs something, over all projects. */
    public Map<Tier, Integer> serving() {
        return database.read(sql -> new EnvironmentStore(sql).serving());
    }

    /** When an environment stops by itself; empty for never. */
    public Optional<Instant> autoStop(long environmentId) {
        return database.read(sql -> new EnvironmentStore(sql).autoStop(environmentId));
    }

    private EnvironmentState.Health health(Environment environment, AgentStore.@Nullable Desired serving) {
        if (serving == null) {
            return new EnvironmentState.Health("none", "", List.of(), null);
        }
        return reports.latest(environment.agentId())
                .flatMap(heard -> heard.report().revisions().stream()
                        .filter(status -> status.service().equals(environment.serviceKey())
                                && status.revision().equals(serving.revision()))
                        .findFirst()
                        .map(status -> new EnvironmentState.Health(
                                status.state().name().toLowerCase(java.util.Locale.ROOT),
                                status.message(),
                                AgentTexts.kept(status.said()),
                                heard.at())))
                .orElseGet(() -> new EnvironmentState.Health("unknown", "", List.of(), null));
    }

    /** Where it answers: what its job says, else the proxy's address when something was deployed there; null for neither. */
    private @Nullable String url(Environment environment, boolean serves) {
        if (environment.externalUrl() != null) {
            return environment.externalUrl();
        }
        return serves ? "http://" + environment.host() + ":" + servicesPort(environment) : null;
    }

    private int servicesPort(Environment environment) {
        return reports.latest(environment.agentId())
                .map(heard -> heard.report().proxy().port())
                .filter(port -> port > 0)
                .orElse(settings.servicesPort());
    }

    /** The environment of this name, made when it is not there yet. The name must be free of problems. */
    Environment ensure(Tx tx, ProjectFacts project, String name, @Nullable Tier tier, @Nullable String externalUrl) {
        EnvironmentStore store = new EnvironmentStore(tx.sql());
        Instant now = clock.instant();
        Environment environment = store.find(project.id(), name).orElseGet(() -> {
            Tier derived = tier == null ? Tier.ofName(name) : tier;
            return store.insert(project.id(), name, derived, freeHost(store, project, name), now);
        });
        store.available(environment.id(), tier == null ? environment.tier() : tier, externalUrl, now);
        return store.find(environment.id()).orElseThrow();
    }

    /** Different projects can have paths that look alike in a host name; the later one gets its number. */
    private String freeHost(EnvironmentStore store, ProjectFacts project, String name) {
        String slug = EnvironmentNames.slug(name);
        String path = EnvironmentNames.label(project.fullPath());
        String plain = slug + "." + path + "." + settings.servicesDomain();
        return store.hostTaken(plain)
                ? slug + "." + EnvironmentNames.label(project.id() + "-" + project.fullPath()) + "."
                        + settings.servicesDomain()
                : plain;
    }

    /** Nothing of it runs any more. Its deployments stay on record. */
    void stop(Tx tx, Environment environment) {
        new EnvironmentStore(tx.sql()).stop(environment.id(), clock.instant());
        AgentStore agents = new AgentStore(tx.sql());
        agents.keepOnly(environment.id(), null);
        if (environment.agentId() != null) {
            agents.changed(environment.agentId());
        }
    }
}
