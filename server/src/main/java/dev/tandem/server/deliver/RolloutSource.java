package dev.tandem.server.deliver;

import dev.tandem.server.deliver.RolloutAnswer.Why;
import dev.tandem.server.deliver.RolloutRequest.What;
import dev.tandem.server.platform.Database;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds the bundle that a request is about, or says why there is none. Safe for use by many threads. */
@Component
final class RolloutSource {
    private final Database database;
    private final ReleaseBundles bundles;
    private final RolloutTimes times;

    RolloutSource(Database database, ReleaseBundles bundles, RolloutTimes times) {
        this.database = database;
        this.bundles = bundles;
        this.times = times;
    }

    sealed interface Found {}

    /** @param origin the deployment that brought it where it comes from; null for an upload */
    record Source(ReleaseBundle bundle, @Nullable Deployment origin) implements Found {}

    record None(Why why, String reason) implements Found {}

    Found find(RolloutRequest request) {
        Found found = database.read(sql -> switch (request.what()) {
            case What.Bundle named -> uploaded(sql, request, named.sha256());
            case What.Promotion promotion -> serving(sql, request, promotion.from());
        });
        return found instanceof Source source ? whole(source) : found;
    }

    private static Found uploaded(DSLContext sql, RolloutRequest request, String sha256) {
        return new BundleStore(sql)
                .find(request.project().id(), sha256)
                .<Found>map(bundle -> new Source(bundle, null))
                .orElseGet(() -> new None(
                        Why.MISSING,
                        "Bundle " + sha256 + " is not in this project. Upload it first: PUT"
                                + " /api/tandem/v1/projects/:id/bundles/:sha256."));
    }

    private Found serving(DSLContext sql, RolloutRequest request, String from) {
        if (from.equals(request.environment())) {
            return new None(
                    Why.INVALID, from + " cannot be promoted to itself. Name the environment that it comes from.");
        }
        long project = request.project().id();
        Environment environment = new EnvironmentStore(sql).find(project, from).orElse(null);
        if (environment == null) {
            return new None(
                    Why.MISSING, "There is no environment \"" + from + "\" in this project" + others(sql, project));
        }
        List<StoredRollout> open = new RolloutStore(sql, times).open(environment.id());
        if (!open.isEmpty()) {
            return new None(
                    Why.CONFLICT,
                    "Deployment #" + open.getLast().deploymentId() + " to " + from
                            + " is not over yet, so it is not known what will serve there. Wait for its end, then"
                            + " promote.");
        }
        AgentStore.Desired serving =
                new AgentStore(sql).serving(environment.id()).orElse(null);
        if (serving == null) {
            return new None(
                    Why.CONFLICT,
                    "Nothing serves in " + from + ", so there is nothing to promote. Deploy there first: tandem deploy "
                            + from + ".");
        }
        return new Source(
                new BundleStore(sql).find(serving.bundleId()).orElseThrow(),
                new DeploymentStore(sql).find(serving.deploymentId()).orElseThrow());
    }

    private static String others(DSLContext sql, long project) {
        List<Environment> all = new EnvironmentStore(sql).list(project, EnvironmentFilter.ALL, 0, 20);
        return all.isEmpty()
                ? ": nothing was deployed yet."
                : ". It has: " + all.stream().map(Environment::name).collect(Collectors.joining(", ")) + ".";
    }

    /** What is on record may be gone from where bundles are kept. */
    private Found whole(Source source) {
        Optional<String> problem = bundles.problem(source.bundle());
        return problem.isEmpty() ? source : new None(Why.CONFLICT, problem.get());
    }
}
