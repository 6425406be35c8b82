package dev.tandem.server.build.downstream;

import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Decides which pipeline a job shows the status of that does nothing but that. */
@Component
final class Mirrors {
    private final Database database;
    private final Projects projects;
    private final PipelineStore pipelines;
    private final Users users;
    private final Access access;

    Mirrors(Database database, Projects projects, PipelineStore pipelines, Users users, Access access) {
        this.database = database;
        this.projects = projects;
        this.pipelines = pipelines;
        this.users = users;
        this.access = access;
    }

    sealed interface Outcome {
        record Found(PipelineRecord pipeline) implements Outcome {}

        /** @param reason GitLab's word for it */
        record Refused(String reason, String why) implements Outcome {}
    }

    /** @param path of the project whose latest pipeline of the default branch is wanted */
    Outcome of(Bridge bridge, String path) {
        Optional<Actor> user =
                users.find(new UserId(bridge.job().userId())).map(found -> new Actor.Person(found, TokenScope.all()));
        Optional<Project> target = projects.findByAnyPath(path)
                .filter(project -> user.isPresent()
                        && access.decide(user.get(), Permission.READ_PIPELINE, project.facts())
                                .isAllowed());
        if (target.isEmpty()) {
            return new Outcome.Refused(
                    "upstream_bridge_project_not_found",
                    "The project '" + path
                            + "' does not exist here, or the user of this job may not see its pipelines.");
        }
        Project project = target.get();
        if (project.id() == bridge.project().id()) {
            return new Outcome.Refused(
                    "upstream_bridge_project_not_found",
                    "A job cannot show the status of its own project: it would wait for itself.");
        }
        PipelineStore.Filter filter = new PipelineStore.Filter(project.defaultBranch(), null, null, null, null);
        return database.read(sql -> pipelines.list(sql, project.id(), filter, 0, 1)).stream()
                .findFirst()
                .<Outcome>map(Outcome.Found::new)
                .orElseGet(() -> new Outcome.Refused(
                        "upstream_bridge_project_not_found",
                        path + " has no pipeline of its default branch " + project.defaultBranch() + "."));
    }
}
