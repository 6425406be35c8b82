package dev.tandem.server.operate;

import dev.tandem.server.code.FileTooLargeException;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFilter;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentFilter;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.SignalSeries;
import dev.tandem.server.deliver.Signals;
import dev.tandem.server.deliver.Tally;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a project deploys, seen as a service: how it is, what runs, who owns it. Safe for use by many threads. */
@Component
public final class Services {
    /** What "just now" means. */
    public static final Duration RECENT = Duration.ofMinutes(5);

    private static final int MOST_ENVIRONMENTS = 50;
    private static final int LARGEST_FILE = 64 * 1024;

    private final Environments environments;
    private final Deployments deployments;
    private final Signals signals;
    private final Incidents incidents;
    private final UptimeChecks checks;
    private final Catalog catalog;
    private final Repositories repositories;
    private final Clock clock;

    Services(
            Environments environments,
            Deployments deployments,
            Signals signals,
            Incidents incidents,
            UptimeChecks checks,
            Catalog catalog,
            Repositories repositories,
            Clock clock) {
        this.environments = environments;
        this.deployments = deployments;
        this.signals = signals;
        this.incidents = incidents;
        this.checks = checks;
        this.catalog = catalog;
        this.repositories = repositories;
        this.clock = clock;
    }

    /** @param places environments that are not stopped */
    public record Service(Wellness wellness, List<Wellness.Seen> places) {}

    /** @param owners as the repository's files have them */
    public record Card(List<String> owners, List<Link> links) {}

    public record Link(String title, String url) {}

    /** How a project's service is now. */
    public Service of(long projectId) {
        List<UptimeCheck> all = checks.list(projectId);
        List<Wellness.Seen> seen = environments
                .list(projectId, new EnvironmentFilter(null, null, Environment.State.AVAILABLE), 0, MOST_ENVIRONMENTS)
                .stream()
                .map(environment -> seen(environment, all))
                .toList();
        return new Service(Wellness.of(seen), seen);
    }

    private Wellness.Seen seen(Environment environment, List<UptimeCheck> all) {
        EnvironmentState state = environments.state(environment);
        Instant now = clock.instant();
        List<SignalSeries> recent = environment.agentId() == null
                ? List.of()
                : signals.read(environment.id(), now.minus(RECENT), now.plusSeconds(1), Duration.ofSeconds(10));
        Tally tally = recent.stream().map(SignalSeries::total).reduce(Tally.NONE, Tally::plus);
        return new Wellness.Seen(
                state,
                tally,
                perSecond(recent, tally),
                incidents
                        .open(environment.id())
                        .filter(incident -> !incident.recovered())
                        .map(Incident::iid)
                        .orElse(null),
                all.stream()
                        .filter(check ->
                                check.environmentId() == environment.id() && check.state() == UptimeCheck.State.DOWN)
                        .map(check -> check.wish().name())
                        .toList());
    }

    /** Over the time that was counted. */
    private static double perSecond(List<SignalSeries> recent, Tally tally) {
        long covered = SignalColumns.of(recent).total().stream()
                .mapToLong(row -> row == null ? 0 : row.covered().toMillis())
                .sum();
        return covered == 0 ? 0 : tally.requests() * 1000.0 / covered;
    }

    public List<Deployment> lastChanges(long projectId, int limit) {
        return deployments.list(projectId, DeploymentFilter.NEWEST_FIRST, 0, limit);
    }

    /** Owner and runbook, if a file of the commit says so. */
    public Card card(long projectId, @Nullable String sha) {
        if (sha == null) {
            return new Card(List.of(), List.of());
        }
        Catalog.Entry entry = catalog.of(projectId, sha);
        List<String> owners =
                entry.owner() == null || entry.owner().isEmpty() ? codeOwners(projectId, sha) : List.of(entry.owner());
        return new Card(
                owners,
                entry.links().stream()
                        .map(link -> new Link(link.title(), link.url()))
                        .toList());
    }

    private List<String> codeOwners(long projectId, String sha) {
        try {
            return Owners.FILES.stream()
                    .map(file -> repositories.file(projectId, sha, file, LARGEST_FILE))
                    .flatMap(Optional::stream)
                    .map(bytes -> Owners.ofAll(new String(bytes, StandardCharsets.UTF_8)))
                    .findFirst()
                    .orElse(List.of());
        } catch (FileTooLargeException e) {
            // Whoever writes so much does not name one owner of all.
            return List.of();
        }
    }
}
