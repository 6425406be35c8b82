package dev.tandem.server.deliver.web;

import dev.tandem.server.code.Commit;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.ReasonTexts;
import dev.tandem.server.deliver.ReleaseBundle;
import dev.tandem.server.deliver.RolloutEvent;
import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.TimelineModel;
import dev.tandem.server.platform.web.TimelineModel.Entry;
import dev.tandem.server.platform.web.TimelineModel.Side;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells a deployment on two rails: what development made on the left, what operation saw on the right. */
final class DeploymentStory {
    private static final Pattern PERCENT = Pattern.compile("(\\d+) %");

    /** Their name says all. */
    private static final Set<Kind> SAID_BY_NAME =
            Set.of(Kind.QUEUED, Kind.PREPARING, Kind.STARTED, Kind.SETTLING, Kind.DRAINING, Kind.SUCCESS);

    private final ProjectNav project;
    private final Deployment deployment;
    private final List<Entry> entries = new ArrayList<>();

    DeploymentStory(ProjectNav project, Deployment deployment) {
        this.project = project;
        this.deployment = deployment;
    }

    TimelineModel tell(
            @Nullable Commit commit,
            @Nullable Made pipeline,
            @Nullable Made job,
            @Nullable ReleaseBundle bundle,
            List<RolloutEvent> events) {
        if (commit != null) {
            add(
                    commit.committedAt(),
                    "success",
                    Text.of("deliver.story.commit", deployment.shortSha()),
                    Text.plain(commit.title() + " (" + commit.authorName() + ")"),
                    "/-/commit/" + commit.sha());
        }
        if (pipeline != null) {
            Text title = Text.of("deliver.story.pipeline", Long.toString(pipeline.id()));
            add(pipeline.at(), pipeline.status(), title, null, "/-/pipelines/" + pipeline.id());
        }
        if (job != null) {
            Text title = Text.of("deliver.story.job", job.name());
            add(job.at(), job.status(), title, null, "/-/jobs/" + job.id());
        }
        if (bundle != null) {
            Text title = Text.of("deliver.story.bundle", bundle.sha256().substring(0, 12));
            add(bundle.createdAt(), "success", title, null, null);
        }
        operation(events);
        return new TimelineModel(entries);
    }

    /** A pipeline or a job. */
    record Made(long id, String name, String status, Instant at) {}

    private void add(Instant at, String state, Text title, @Nullable Text detail, @Nullable String rest) {
        String link = rest == null ? null : project.path(rest);
        entries.add(new Entry(at, Side.DEVELOPMENT, state, title, detail, link));
    }

    private void operation(List<RolloutEvent> events) {
        if (events.isEmpty()) {
            withoutRollout();
        }
        for (int i = 0; i < events.size(); i++) {
            RolloutEvent event = events.get(i);
            boolean last = i == events.size() - 1;
            String name = event.kind().name().toLowerCase(Locale.ROOT);
            entries.add(new Entry(
                    event.at(),
                    Side.OPERATION,
                    state(event.kind(), last && !deployment.status().isTerminal()),
                    Text.of("deliver.story." + name),
                    detail(event),
                    null));
        }
    }

    /** A job with an environment that rolled nothing out itself. */
    private void withoutRollout() {
        String word = deployment.status().wire();
        Instant at = deployment.finishedAt() == null ? deployment.createdAt() : deployment.finishedAt();
        entries.add(new Entry(at, Side.OPERATION, word, Text.of("deliver.story.byJob"), reason(deployment), null));
    }

    private static @Nullable Text detail(RolloutEvent event) {
        boolean more = event.code() != null && event.code().startsWith("queued_");
        if (SAID_BY_NAME.contains(event.kind()) && !more) {
            return null;
        }
        if (event.code() != null) {
            return ReasonTexts.of(event.code(), event.arguments());
        }
        Matcher percent = PERCENT.matcher(event.message());
        return percent.find()
                ? Text.of("deliver.story.share", percent.group(1))
                : Text.plain(sentence(event.message()));
    }

    /** Why it did not succeed; null when nothing is known. What an older version wrote is told in English. */
    static @Nullable Text reason(Deployment deployment) {
        if (deployment.reason() == null) {
            return null;
        }
        return deployment.reasonCode() == null
                ? Text.plain(sentence(deployment.reason()))
                : ReasonTexts.of(deployment.reasonCode(), deployment.reasonArguments());
    }

    /** Reasons are told within other sentences too, so they begin small; on a page they stand alone. */
    private static String sentence(String reason) {
        return reason.isEmpty() ? reason : Character.toUpperCase(reason.charAt(0)) + reason.substring(1);
    }

    private static String state(Kind kind, boolean now) {
        return switch (kind) {
            case FAILED -> "failed";
            case CANCELED -> "canceled";
            case SUPERSEDED -> "superseded";
            case REVERTING -> "rolled_back";
            case QUEUED -> now ? "pending" : "success";
            case PAUSED, HELD, NEEDS_PERSON -> "warning";
            case PLACED,
                    RESUMED,
                    PROMOTED,
                    MEASURED,
                    PREPARING,
                    STARTED,
                    HEALTHY,
                    TRAFFIC,
                    SETTLING,
                    DRAINING,
                    REVERTED,
                    ATTACHED -> now ? "running" : "success";
            case SUCCESS -> "success";
        };
    }
}
