package dev.tandem.server.operate;

import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentFilter;
import dev.tandem.server.deliver.Environments;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds what a service says it depends on, among the services that are deployed from here. */
@Component
final class Dependencies {
    private static final int MOST_ENVIRONMENTS = 100;

    private final Catalog catalog;
    private final Projects projects;
    private final Environments environments;

    Dependencies(Catalog catalog, Projects projects, Environments environments) {
        this.catalog = catalog;
        this.projects = projects;
        this.environments = environments;
    }

    /** @param name of its project, as {@code catalog-info.yaml} has it */
    record Dependency(String name, Environment environment) {}

    /** The environments of the same tier of each dependency that the serving commit names. */
    List<Dependency> of(Environment environment, @Nullable Deployment serving) {
        Project project = projects.find(environment.projectId()).orElse(null);
        if (project == null || serving == null) {
            return List.of();
        }
        return catalog.of(project.id(), serving.sha()).dependsOn().stream()
                .flatMap(name -> find(project, name).stream())
                .filter(found -> found.id() != project.id())
                .flatMap(found -> environments.list(found.id(), EnvironmentFilter.ALL, 0, MOST_ENVIRONMENTS).stream()
                        .filter(candidate -> candidate.tier() == environment.tier())
                        .map(candidate -> new Dependency(found.name(), candidate)))
                .toList();
    }

    /** A full path, or the path of a project beside this one. */
    private Optional<Project> find(Project project, String name) {
        return name.indexOf('/') < 0
                ? projects.findByAnyPath(project.namespace() + "/" + name)
                : projects.findByAnyPath(name);
    }
}
