package dev.tandem.server.code.web;

import dev.tandem.server.code.Project;
import dev.tandem.server.platform.web.ProjectNav;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in a repository a page is.
 *
 * @param ref as in the address: a branch, a tag or a sha
 * @param sha what it leads to
 * @param path empty for the root
 */
public record Place(Project project, String ref, String sha, String path) {
    public ProjectNav nav() {
        return new ProjectNav(project.id(), project.fullPath(), project.name());
    }

    public Links links() {
        return new Links(project.fullPath());
    }

    /** One folder on the way to the path. */
    public record Step(String name, String href) {}

    /** From the root to the path itself. */
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(project.path(), links().tree(ref, "")));
        if (!path.isEmpty()) {
            String[] names = path.split("/");
            for (int i = 0; i < names.length; i++) {
                String to = String.join("/", List.of(names).subList(0, i + 1));
                steps.add(new Step(names[i], links().tree(ref, to)));
            }
        }
        return steps;
    }
}
