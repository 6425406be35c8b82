package dev.tandem.server.deliver.web;

import dev.tandem.server.code.Glance;
import dev.tandem.server.code.Glances;
import dev.tandem.server.code.Project;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentFilter;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.Text;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What runs where: the commit that each environment serves and how it is, production first. */
@Component
final class DeliverGlances implements Glances {
    private static final int MOST_ENVIRONMENTS = 50;
    private static final int MOST_SHOWN = 3;
    private static final EnvironmentFilter AVAILABLE = new EnvironmentFilter(null, null, Environment.State.AVAILABLE);

    private final Environments environments;
    private final Access access;

    DeliverGlances(Environments environments, Access access) {
        this.environments = environments;
        this.access = access;
    }

    @Override
    public Map<Long, List<Glance>> of(Actor viewer, Collection<Project> projects) {
        Map<Long, List<Glance>> answers = new HashMap<>();
        for (Project project : projects) {
            ProjectFacts facts = project.facts();
            if (access.decide(viewer, Permission.READ_ENVIRONMENT, facts).isAllowed()) {
                answers.put(project.id(), of(project));
            }
        }
        return answers;
    }

    private List<Glance> of(Project project) {
        return environments.list(project.id(), AVAILABLE, 0, MOST_ENVIRONMENTS).stream()
                .sorted(Comparator.comparing(Environment::tier))
                .limit(MOST_SHOWN)
                .map(environment -> glance(project, environments.state(environment)))
                .toList();
    }

    private static Glance glance(Project project, EnvironmentState state) {
        Deployment current = state.current();
        return new Glance(
                Glance.Question.RUNS,
                current == null || state.health().heardAt() == null
                        ? null
                        : state.health().state(),
                Text.plain(state.environment().name()),
                current == null ? Text.of("deliver.health.none") : Text.plain(current.shortSha()),
                "/" + project.fullPath() + "/-/environments/"
                        + state.environment().id(),
                current == null ? null : current.finishedAt());
    }
}
