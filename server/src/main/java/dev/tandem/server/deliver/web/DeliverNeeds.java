package dev.tandem.server.deliver.web;

import dev.tandem.server.code.Need;
import dev.tandem.server.code.Needs;
import dev.tandem.server.code.Project;
import dev.tandem.server.deliver.ReasonTexts;
import dev.tandem.server.deliver.RolloutEvent;
import dev.tandem.server.deliver.Rollouts;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.platform.web.Text;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Rollouts that stand still until a person decides. */
@Component
final class DeliverNeeds implements Needs {
    private final Rollouts rollouts;

    DeliverNeeds(Rollouts rollouts) {
        this.rollouts = rollouts;
    }

    @Override
    public List<Need> of(Actor.Person viewer, List<Project> mine) {
        Map<Long, Project> byId = mine.stream().collect(Collectors.toMap(Project::id, Function.identity()));
        return rollouts.waitingForPerson(byId.keySet()).stream()
                .map(stuck -> need(java.util.Objects.requireNonNull(byId.get(stuck.projectId())), stuck))
                .toList();
    }

    private static Need need(Project project, Rollouts.Stuck stuck) {
        RolloutEvent why = stuck.why();
        String code = why == null ? null : why.code();
        return new Need(
                Need.Urgency.STUCK,
                "paused",
                why == null || code == null
                        ? Text.of("deliver.need.paused", stuck.environment(), stuck.share())
                        : Text.of(
                                "deliver.need.stuck",
                                stuck.environment(),
                                stuck.share(),
                                ReasonTexts.of(code, why.arguments())),
                Text.plain(project.fullPath()),
                Text.of("deliver.need.act"),
                "/" + project.fullPath() + "/-/deployments/" + stuck.deploymentId(),
                why == null ? stuck.since() : why.at());
    }
}
