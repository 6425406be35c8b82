package dev.tandem.server.code;

import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Tells identity about projects. A path of digits only is taken for an id, as in GitLab; projects lie in a namespace. */
@Component
class Directory implements ProjectDirectory {
    private static final Pattern ID = Pattern.compile("[0-9]{1,18}");

    private final Projects projects;

    Directory(Projects projects) {
        this.projects = projects;
    }

    @Override
    public Optional<ProjectFacts> find(String idOrFullPath) {
        Optional<Project> project = ID.matcher(idOrFullPath).matches()
                ? projects.find(Long.parseLong(idOrFullPath))
                : projects.findByPath(idOrFullPath);
        return project.map(Project::facts);
    }

    @Override
    public Optional<ProjectFacts> moved(String fullPath) {
        return projects.findMoved(fullPath).map(Project::facts);
    }
}
