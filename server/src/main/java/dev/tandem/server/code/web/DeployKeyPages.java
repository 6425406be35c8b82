package dev.tandem.server.code.web;

import dev.tandem.server.code.DeployKey;
import dev.tandem.server.code.DeployKeys;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The keys by which machines reach a project. */
@Controller
public final class DeployKeyPages {
    private static final int MOST_SHOWN = 200;

    private final DeployKeys keys;

    DeployKeyPages(DeployKeys keys) {
        this.keys = keys;
    }

    /** What the page shows; {@code pasted} is what a refused form held. */
    public record Model(
            ProjectFacts project,
            List<DeployKey> keys,
            String title,
            String pasted,
            boolean canPush,
            @Nullable String problem) {
        public ProjectNav nav() {
            return new ProjectNav(project.id(), project.fullPath(), project.name());
        }

        public String path() {
            return new Links(project.fullPath()).deployKeys();
        }
    }

    @GetMapping("/{project}/-/settings/deploy-keys")
    @Requires(Permission.MANAGE_PROJECT)
    Page list(ProjectFacts project) {
        return page(200, project, "", "", false, null);
    }

    @PostMapping("/{project}/-/settings/deploy-keys")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page add(
            Actor.Person person,
            ProjectFacts project,
            @RequestParam(defaultValue = "") String title,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(name = "can_push", defaultValue = "false") boolean canPush,
            HttpServletResponse response)
            throws IOException {
        DeployKeys.Wanted wanted = new DeployKeys.Wanted(title, canPush, Optional.empty());
        return switch (keys.add(person, project, key, wanted)) {
            case DeployKeys.Addition.Added added -> done(response, project, "code.deploy-keys.added");
            // A private key is not sent back to the page either.
            case DeployKeys.Addition.Refused refused ->
                page(
                        422,
                        project,
                        title,
                        refused.code().equals("private") ? "" : key,
                        canPush,
                        "code.deploy-keys." + refused.code());
        };
    }

    @PostMapping("/{project}/-/settings/deploy-keys/{key}/delete")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page delete(Actor actor, ProjectFacts project, @PathVariable long key, HttpServletResponse response)
            throws IOException {
        keys.find(project.id(), key).ifPresent(found -> keys.delete(actor, project, found));
        return done(response, project, "code.deploy-keys.deleted");
    }

    private static @Nullable Page done(HttpServletResponse response, ProjectFacts project, String message)
            throws IOException {
        Flash.leave(response, message);
        response.sendRedirect(new Links(project.fullPath()).deployKeys());
        return null;
    }

    private Page page(
            int status, ProjectFacts project, String title, String pasted, boolean canPush, @Nullable String problem) {
        return new Page(
                "code/deploykeys.jte",
                new Model(project, keys.list(project.id(), 0, MOST_SHOWN), title, pasted, canPush, problem),
                status);
    }
}
