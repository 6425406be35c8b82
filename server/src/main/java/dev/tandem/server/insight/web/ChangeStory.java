package dev.tandem.server.insight.web;

import dev.tandem.server.build.PipelineFacts;
import dev.tandem.server.code.Commit;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.ReasonTexts;
import dev.tandem.server.deliver.ReleaseBundle;
import dev.tandem.server.deliver.RolloutEvent;
import dev.tandem.server.insight.Push;
import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.operate.Incident;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.TimelineModel;
import dev.tandem.server.platform.web.TimelineModel.Entry;
import dev.tandem.server.platform.web.TimelineModel.Side;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a change on two rails: what development made on the left, what operation saw on the right. */
final class ChangeStory {
    /** What these say is more than their name. */
    private static final Set<String> WITH_REASON =
            Set.of("reverting", "failed", "canceled", "superseded", "healthy", "traffic", "paused", "held");

    private final ProjectNav project;
    private final List<Entry> entries = new ArrayList<>();

    ChangeStory(ProjectNav project) {
        this.project = project;
    }

    void committed(Commit commit) {
        left(
                commit.committedAt(),
                "success",
                Text.of("insight.story.commit", commit.shortSha()),
                Text.plain(commit.authorName() + ": " + commit.title()),
                "/-/commit/" + commit.sha());
    }

    void pushed(Push push, String by) {
        left(push.acceptedAt(), "success", Text.of("insight.story.push", push.shortRef(), by), null, null);
    }

    void built(PipelineFacts pipeline) {
        String path = "/-/pipelines/" + pipeline.pipelineId();
        String number = Long.toString(pipeline.pipelineId());
        boolean over = pipeline.finishedAt() != null;
        left(
                pipeline.createdAt(),
                over ? "success" : pipeline.status().wire(),
                Text.of("insight.story.pipeline", number),
                null,
                path);
        if (pipeline.finishedAt() != null) {
            left(
                    pipeline.finishedAt(),
                    pipeline.status().wire(),
                    Text.of("insight.story.pipelineEnd", number),
                    null,
                    path + "/tests");
        }
    }

    void bundled(ReleaseBundle bundle) {
        left(
                bundle.createdAt(),
                "success",
                Text.of("insight.story.bundle", bundle.sha256().substring(0, 12)),
                null,
                null);
    }

    /** @param events of its rollout; empty without one */
    void deployed(Deployment deployment, String environment, List<RolloutEvent> events) {
        String path = "/-/deployments/" + deployment.id();
        if (events.isEmpty()) {
            Instant at = deployment.finishedAt() == null ? deployment.createdAt() : deployment.finishedAt();
            right(
                    at,
                    deployment.status().wire(),
                    Text.of("insight.story.deployed", environment),
                    reason(deployment),
                    path);
            return;
        }
        for (RolloutEvent event : events) {
            boolean now = event == events.getLast() && !deployment.status().isTerminal();
            right(
                    event.at(),
                    state(event.name(), now),
                    Text.of("insight.story." + known(event.name()), environment),
                    WITH_REASON.contains(event.name()) ? said(event) : null,
                    path);
        }
    }

    void takenBack(DeploymentRecord rollback) {
        right(
                rollback.finishedAt(),
                "rolled_back",
                Text.of("insight.story.takenBack", rollback.environment()),
                null,
                "/-/deployments/" + rollback.id());
    }

    void hurt(Incident incident) {
        String path = "/-/incidents/" + incident.iid();
        String number = Long.toString(incident.iid());
        right(incident.openedAt(), "failed", Text.of("insight.story.incident", number), null, path);
        if (incident.resolvedAt() != null) {
            right(incident.resolvedAt(), "success", Text.of("insight.story.resolved", number), null, path);
        }
    }

    TimelineModel told() {
        return new TimelineModel(entries);
    }

    private void left(Instant at, String state, Text title, @Nullable Text detail, @Nullable String path) {
        entries.add(new Entry(at, Side.DEVELOPMENT, state, title, detail, path == null ? null : project.path(path)));
    }

    private void right(Instant at, String state, Text title, @Nullable Text detail, String path) {
        entries.add(new Entry(at, Side.OPERATION, state, title, detail, project.path(path)));
    }

    /** Whether it tells why traffic moved: what the judge saw, or who said so. */
    static boolean isEvidence(RolloutEvent event) {
        String code = event.code();
        return code != null
                && (code.startsWith("next_")
                        || code.startsWith("worse_")
                        || code.startsWith("promote")
                        || event.name().equals("reverting"));
    }

    private static @Nullable Text reason(Deployment deployment) {
        if (deployment.reason() == null) {
            return null;
        }
        return deployment.reasonCode() == null
                ? sentence(deployment.reason())
                : ReasonTexts.of(deployment.reasonCode(), deployment.reasonArguments());
    }

    /** In the viewer's language where there are words for it; an older version wrote some in English alone. */
    static Text said(RolloutEvent event) {
        return event.code() == null || event.code().equals("canceled")
                ? sentence(event.message())
                : ReasonTexts.of(event.code(), event.arguments());
    }

    private static Text sentence(String reason) {
        return Text.plain(reason.isEmpty() ? reason : Character.toUpperCase(reason.charAt(0)) + reason.substring(1));
    }

    /** A kind of event that this page has no words for is told as what it is: a step of the rollout. */
    private static String known(String name) {
        return switch (name) {
            case "queued",
                    "preparing",
                    "started",
                    "healthy",
                    "traffic",
                    "settling",
                    "draining",
                    "reverting",
                    "attached",
                    "success",
                    "failed",
                    "canceled",
                    "superseded" -> name;
            default -> "step";
        };
    }

    private static String state(String name, boolean now) {
        return switch (name) {
            case "failed", "canceled", "superseded" -> name;
            case "reverting" -> "rolled_back";
            case "paused", "held" -> "paused";
            default -> now ? "running" : "success";
        };
    }
}
