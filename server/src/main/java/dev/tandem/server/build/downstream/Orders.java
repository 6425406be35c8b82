package dev.tandem.server.build.downstream;

import dev.tandem.pipeline.plan.Trigger;
import dev.tandem.server.build.RunRights;
import dev.tandem.server.build.schedule.Given;
import dev.tandem.server.build.schedule.PipelineWish;
import dev.tandem.server.build.schedule.Upstream;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Decides what a trigger job may start: rights of its user, limits of the hierarchy, the ref. */
@Component
final class Orders {
    /** GitLab's limits. */
    static final int MOST_CHILD_LEVELS = 2;

    static final int LARGEST_HIERARCHY = 1000;
    private static final int MOST_VISITS = 2;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Database database;
    private final Projects projects;
    private final Repositories repositories;
    private final Users users;
    private final Access access;
    private final RunRights rights;
    private final PipelineStore pipelines;
    private final ChildFiles files;

    Orders(
            Database database,
            Projects projects,
            Repositories repositories,
            Users users,
            Access access,
            RunRights rights,
            PipelineStore pipelines,
            ChildFiles files) {
        this.database = database;
        this.projects = projects;
        this.repositories = repositories;
        this.users = users;
        this.access = access;
        this.rights = rights;
        this.pipelines = pipelines;
        this.files = files;
    }

    Order of(Bridge bridge) {
        Optional<User> user = users.find(new UserId(bridge.job().userId()));
        if (user.isEmpty()) {
            return new Order.Refused("insufficient_bridge_permissions", "The user of this job is gone.");
        }
        long root = root(bridge.pipeline());
        if (database.read(sql -> pipelines.hierarchySize(sql, root)) > LARGEST_HIERARCHY) {
            return new Order.Refused(
                    "reached_max_pipeline_hierarchy_size",
                    "There are " + LARGEST_HIERARCHY + " downstream pipelines below pipeline #" + root
                            + " already, which is the limit.");
        }
        return bridge.trigger().project() == null ? child(bridge, user.get()) : other(bridge, user.get());
    }

    private Order child(Bridge bridge, User user) {
        PipelineRecord parent = bridge.pipeline();
        if (parent.depth() >= MOST_CHILD_LEVELS) {
            return new Order.Refused(
                    "reached_max_descendant_pipelines_depth",
                    "Child pipelines may be nested " + MOST_CHILD_LEVELS + " levels deep, and this is one more.");
        }
        if (!rights.mayRun(person(user), bridge.project().facts(), parent.ref(), parent.tag())) {
            return forbidden(user, bridge.project(), parent.ref());
        }
        return switch (files.of(bridge, user)) {
            case ChildFiles.Outcome.Missing(String why) ->
                new Order.Refused("downstream_pipeline_creation_failed", why);
            case ChildFiles.Outcome.Found(Upstream.ChildConfig config) ->
                new Order.Wanted(
                        new PipelineWish(
                                parent.projectId(),
                                null,
                                "parent_pipeline",
                                parent.ref(),
                                parent.tag(),
                                parent.sha(),
                                parent.beforeSha(),
                                user.id().value(),
                                Given.variables(bridge.handedOn()),
                                new Upstream(bridge.job().id(), root(parent), parent.depth() + 1, Map.of(), config)),
                        "a child pipeline");
        };
    }

    private Order other(Bridge bridge, User user) {
        Trigger trigger = bridge.trigger();
        String path = bridge.expand(String.valueOf(trigger.project()));
        Optional<Project> target = projects.findByAnyPath(path)
                .filter(project -> access.decide(person(user), Permission.READ_PROJECT, project.facts())
                        .isAllowed());
        if (target.isEmpty()) {
            return new Order.Refused(
                    "downstream_bridge_project_not_found",
                    "The project '" + path + "' does not exist here, or " + user.username() + " may not see it.");
        }
        Project project = target.get();
        String ref = trigger.branch() == null ? project.defaultBranch() : bridge.expand(trigger.branch());
        if (bridge.upstreams().stream()
                        .filter(up -> up.projectId() == project.id() && up.ref().equals(ref) && up.depth() == 0)
                        .count()
                >= MOST_VISITS) {
            return new Order.Refused(
                    "pipeline_loop_detected",
                    "These pipelines trigger each other in a circle: " + path + " at " + ref + " came up " + MOST_VISITS
                            + " times already.");
        }
        Optional<String> branch = repositories.resolve(project.id(), "refs/heads/" + ref);
        Optional<String> sha = branch.or(() -> repositories.resolve(project.id(), "refs/tags/" + ref));
        if (ref.isEmpty() || sha.isEmpty()) {
            return new Order.Refused(
                    "downstream_pipeline_creation_failed", path + " has no branch or tag '" + ref + "'.");
        }
        boolean tag = branch.isEmpty();
        if (!rights.mayRun(person(user), project.facts(), ref, tag)) {
            return forbidden(user, project, ref);
        }
        return new Order.Wanted(
                new PipelineWish(
                        project.id(),
                        null,
                        "pipeline",
                        ref,
                        tag,
                        sha.get(),
                        RefUpdated.ZERO,
                        user.id().value(),
                        Given.variables(bridge.handedOn()),
                        new Upstream(bridge.job().id(), root(bridge.pipeline()), 0, typed(trigger.inputs()), null)),
                path + " at " + ref);
    }

    private static Order forbidden(User user, Project project, String ref) {
        return new Order.Refused(
                "insufficient_bridge_permissions",
                user.username() + " may not run pipelines of " + project.fullPath() + " at " + ref + ".");
    }

    private static long root(PipelineRecord pipeline) {
        Long root = pipeline.rootId();
        return root == null ? pipeline.id() : root;
    }

    /** As a person types them: lists are JSON. */
    private static Map<String, String> typed(Map<String, Object> inputs) {
        Map<String, String> texts = new HashMap<>();
        inputs.forEach((name, value) -> texts.put(
                name,
                value instanceof Collection<?> || value instanceof Map<?, ?>
                        ? JSON.writeValueAsString(value)
                        : value.toString()));
        return texts;
    }

    private static Actor person(User user) {
        return new Actor.Person(user, TokenScope.all());
    }
}
