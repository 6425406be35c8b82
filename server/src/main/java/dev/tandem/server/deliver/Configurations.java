package dev.tandem.server.deliver;

import dev.tandem.server.deliver.Configuration.Difference;
import dev.tandem.server.deliver.Configuration.Variable;
import dev.tandem.server.deliver.ConfigurationAnswer.Changed;
import dev.tandem.server.deliver.ConfigurationAnswer.Refused;
import dev.tandem.server.deliver.ConfigurationAnswer.Unchanged;
import dev.tandem.server.deliver.RolloutAnswer.Why;
import dev.tandem.server.deliver.rollout.Strategy;
import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The environment variables that services run with, in versions. A change of them alone is a deployment: the bundle that
 * serves is rolled out once more with the new version, and judged like any other. Safe for use by many threads.
 */
@Component("deliverConfigurations")
public final class Configurations {
    private final Database database;
    private final Environments environments;
    private final ReleaseBundles bundles;
    private final RolloutQueue queue;
    private final RolloutExecutor executor;
    private final RolloutTimes times;
    private final SecretBox secrets;
    private final Audit audit;
    private final Clock clock;

    Configurations(
            Database database,
            Environments environments,
            ReleaseBundles bundles,
            RolloutQueue queue,
            RolloutExecutor executor,
            RolloutTimes times,
            SecretBox secrets,
            Audit audit,
            Clock clock) {
        this.database = database;
        this.environments = environments;
        this.bundles = bundles;
        this.queue = queue;
        this.executor = executor;
        this.times = times;
        this.secrets = secrets;
        this.audit = audit;
        this.clock = clock;
    }

    /** What the environment's next revision gets. */
    public Configuration current(long environmentId) {
        return database.read(sql -> new ConfigurationStore(sql).current(environmentId));
    }

    public Optional<Configuration> find(long environmentId, long version) {
        return database.read(sql -> new ConfigurationStore(sql).find(environmentId, version));
    }

    /** Newest first; without version 0. */
    public List<Configuration> list(long environmentId, int offset, int limit) {
        return database.read(sql -> new ConfigurationStore(sql).list(environmentId, offset, limit));
    }

    public int count(long environmentId) {
        return database.read(sql -> new ConfigurationStore(sql).count(environmentId));
    }

    /** What a version changed in the one that it is based on. */
    public Difference difference(Configuration version) {
        return version.since(find(version.environmentId(), version.basedOn()).orElseThrow());
    }

    /** The version that what serves runs with; empty when nothing serves. */
    public Optional<Long> serving(long environmentId) {
        return database.read(
                sql -> new AgentStore(sql).serving(environmentId).map(AgentStore.Desired::configurationVersion));
    }

    /** How what serves was rolled out; the defaults when nothing serves. */
    public RolloutOptions usual(long projectId, String environment) {
        RolloutOptions none = RolloutOptions.of(Strategy.ROLLING);
        return environments
                .find(projectId, environment)
                .flatMap(found -> database.read(sql -> new AgentStore(sql)
                        .serving(found.id())
                        .flatMap(serving -> new DeploymentStore(sql).find(serving.deploymentId()))
                        .map(current -> options(new RolloutStore(sql, times), new DeploymentStore(sql), current))))
                .orElse(none);
    }

    /** A value that may be shown; empty for a secret. */
    public Optional<String> shown(Variable variable) {
        return variable.secret() ? Optional.empty() : Optional.of(secrets.open(variable.sealed()));
    }

    /** All values in clear text, secrets too: for the agent that runs the revision, and for nobody else. */
    static Map<String, String> clear(DSLContext sql, SecretBox secrets, long environmentId, long version) {
        Configuration found =
                new ConfigurationStore(sql).find(environmentId, version).orElseThrow();
        return found.variables().stream()
                .collect(Collectors.toMap(Variable::name, variable -> secrets.open(variable.sealed())));
    }

    /**
     * Makes a new version, and brings it to what serves.
     *
     * @param actor may deploy to the project; checked by who calls
     * @param deploy false to leave it to the next deployment
     * @param options how the rollout is to go; null for how what serves came there
     */
    public ConfigurationAnswer change(
            ProjectFacts project,
            Actor actor,
            String environmentName,
            ConfigurationChange change,
            boolean deploy,
            @Nullable RolloutOptions options) {
        UserId user = actor.userId().orElse(null);
        if (actor instanceof Actor.Job || user == null) {
            return new Refused(
                    Why.FORBIDDEN,
                    "A job cannot change the configuration of an environment; only a person can, with a personal access"
                            + " token.");
        }
        Optional<String> problem = EnvironmentNames.problem(environmentName)
                .map(what -> "\"" + environmentName + "\" cannot be used: " + what + ".")
                .or(change::problem);
        if (problem.isPresent()) {
            return new Refused(Why.INVALID, problem.get());
        }
        Wish wish = new Wish(project, actor, user, environmentName, change, deploy, options);
        Optional<String> gone = deploy ? goneBundle(project, environmentName) : Optional.empty();
        if (gone.isPresent()) {
            return new Refused(Why.CONFLICT, gone.get());
        }
        ConfigurationAnswer answer = database.write(tx -> change(tx, wish));
        if (answer instanceof Changed changed && changed.rollout() != null) {
            executor.advance(changed.rollout().id());
        }
        return answer;
    }

    /** The new revision fetches the bundle anew. */
    private Optional<String> goneBundle(ProjectFacts project, String environmentName) {
        return environments
                .find(project.id(), environmentName)
                .flatMap(environment -> database.read(sql -> new AgentStore(sql)
                        .serving(environment.id())
                        .flatMap(serving -> new BundleStore(sql).find(serving.bundleId()))))
                .flatMap(bundles::problem);
    }

    private record Wish(
            ProjectFacts project,
            Actor actor,
            UserId user,
            String environment,
            ConfigurationChange change,
            boolean deploy,
            @Nullable RolloutOptions options) {}

    private ConfigurationAnswer change(Tx tx, Wish wish) {
        Environment environment = environments.ensure(tx, wish.project(), wish.environment(), null, null);
        ConfigurationStore store = new ConfigurationStore(tx.sql());
        Configuration before = store.current(environment.id());
        List<Variable> variables = changed(before, wish.change());
        if (variables.equals(before.variables())) {
            return new Unchanged(before);
        }
        Refused refused = refusal(tx, wish, environment, variables);
        if (refused != null) {
            return refused;
        }
        Instant now = clock.instant();
        Configuration after = store.insert(before, variables, wish.user(), now);
        Difference difference = after.since(before);
        audit.record(
                tx,
                wish.actor(),
                "configuration.change",
                wish.project().fullPath(),
                wish.environment() + " to version " + after.version() + ": " + sentence(difference));
        StoredRollout rollout = wish.deploy() ? deployment(tx, wish, environment, difference, now) : null;
        return new Changed(after, difference, rollout);
    }

    private @Nullable Refused refusal(Tx tx, Wish wish, Environment environment, List<Variable> variables) {
        if (variables.size() > ConfigurationChange.MOST_VARIABLES) {
            return new Refused(
                    Why.INVALID,
                    "An environment has at most " + ConfigurationChange.MOST_VARIABLES
                            + " variables. Unset some, or put them into a file of the bundle.");
        }
        List<StoredRollout> open = new RolloutStore(tx.sql(), times).open(environment.id());
        if (wish.deploy() && !open.isEmpty()) {
            return new Refused(
                    Why.CONFLICT,
                    "Deployment #" + open.getLast().deploymentId() + " to " + environment.name()
                            + " is not over yet. Wait for its end, or add --no-deploy (deploy=false): then the next"
                            + " deployment takes the change along.");
        }
        return null;
    }

    /** Values that are the same already stay as they were sealed, so that nothing seems to change that does not. */
    private List<Variable> changed(Configuration before, ConfigurationChange change) {
        TreeMap<String, Variable> all = new TreeMap<>();
        before.variables().forEach(variable -> all.put(variable.name(), variable));
        change.unset().forEach(all::remove);
        change.set().forEach((name, value) -> {
            Variable old = all.get(name);
            boolean secret = change.secret() || (old != null && old.secret());
            if (old == null
                    || old.secret() != secret
                    || !secrets.open(old.sealed()).equals(value)) {
                all.put(name, new Variable(name, secrets.seal(value), secret));
            }
        });
        List<Variable> variables = new ArrayList<>(all.values());
        variables.sort(Comparator.comparing(Variable::name));
        return variables;
    }

    private static String sentence(Difference difference) {
        List<String> parts = new ArrayList<>();
        difference.added().forEach(name -> parts.add("+" + name));
        difference.changed().forEach(name -> parts.add("~" + name));
        difference.removed().forEach(name -> parts.add("-" + name));
        return String.join(" ", parts);
    }

    /** The bundle that serves, once more; null when none does. */
    private @Nullable StoredRollout deployment(
            Tx tx, Wish wish, Environment environment, Difference difference, Instant now) {
        AgentStore.Desired serving =
                new AgentStore(tx.sql()).serving(environment.id()).orElse(null);
        if (serving == null) {
            return null;
        }
        DeploymentStore deployments = new DeploymentStore(tx.sql());
        Deployment current = deployments.find(serving.deploymentId()).orElseThrow();
        Deployment deployment = deployments.insert(
                new DeploymentStore.Fresh(
                        wish.project().id(),
                        environment.id(),
                        Deployment.Kind.CONFIGURATION,
                        DeploymentStatus.CREATED,
                        current.ref(),
                        current.sha(),
                        current.pipelineId(),
                        null,
                        wish.user(),
                        null),
                now);
        String names = sentence(difference);
        String number = "#" + deployment.id();
        Told told = new Told(
                "queued_configuration",
                List.of(number, names),
                "deployment " + number + " is in the queue: the same bundle with another configuration (" + names
                        + ")");
        RolloutStore rollouts = new RolloutStore(tx.sql(), times);
        RolloutOptions options = wish.options() == null ? options(rollouts, deployments, current) : wish.options();
        return queue.join(
                tx,
                new RolloutQueue.Joining(
                        deployment,
                        told,
                        new BundleStore(tx.sql()).find(serving.bundleId()).orElseThrow(),
                        options,
                        RolloutRequest.DEFAULT_DEADLINE,
                        // What serves is what it changes, so no hold is in its way.
                        true,
                        null),
                now);
    }

    /** How what serves came there; of a rollback, how that came there which it brought back. */
    private static RolloutOptions options(RolloutStore rollouts, DeploymentStore deployments, Deployment current) {
        Deployment origin = RollbackTarget.origin(deployments, current);
        return rollouts.ofDeployment(origin.id()).orElseThrow().options();
    }
}
