package dev.tandem.server.code.web;

import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.ProjectFacts;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Finds what the rest of an address means: names of branches may hold slashes, so where they end is looked up. */
@Component
class Places {
    private static final int DEEPEST_REF = 20;

    private final Projects projects;
    private final Repositories repositories;

    Places(Projects projects, Repositories repositories) {
        this.projects = projects;
        this.repositories = repositories;
    }

    Optional<Project> project(ProjectFacts facts) {
        return projects.find(facts.id());
    }

    /** @param rest {@code /feature/x/src/a.txt}, decoded: the shortest beginning that is a ref is one */
    Optional<Place> find(ProjectFacts facts, String rest) {
        Optional<Project> project = project(facts);
        List<String> names = List.of(rest.replaceAll("^/+|/+$", "").split("/"));
        for (int i = 1; project.isPresent() && i <= Math.min(DEEPEST_REF, names.size()); i++) {
            String ref = String.join("/", names.subList(0, i));
            Optional<String> sha = repositories.resolve(facts.id(), ref);
            if (sha.isPresent()) {
                String path = String.join("/", names.subList(i, names.size()));
                return Optional.of(new Place(project.get(), ref, sha.get(), path));
            }
        }
        return Optional.empty();
    }
}
