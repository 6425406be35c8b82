package dev.tandem.server.build.web;

import dev.tandem.server.build.causes.Triggers;
import dev.tandem.server.build.store.TriggerRecord;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
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

/** A project's trigger tokens, for its maintainers. */
@Controller
public final class TriggerPages {
    private static final String PATH = "/{project}/-/settings/triggers";

    private final Triggers triggers;
    private final Lookup lookup;
    private final ServerUrls urls;

    TriggerPages(Triggers triggers, Lookup lookup, ServerUrls urls) {
        this.triggers = triggers;
        this.lookup = lookup;
        this.urls = urls;
    }

    /** A token of the list. */
    public record Row(TriggerRecord trigger, String owner) {}

    /**
     * The page.
     *
     * @param token the one just made, shown once; null for none
     * @param command how to use it
     * @param problem last part of the key of what is wrong with the form; null when nothing is
     */
    public record Model(
            ProjectNav project,
            List<Row> rows,
            String description,
            @Nullable String token,
            String command,
            @Nullable String problem) {}

    @GetMapping(PATH)
    @Requires(Permission.MANAGE_PROJECT)
    Page list(ProjectFacts project) {
        return page(200, project, "", null, null);
    }

    @PostMapping(PATH)
    @Requires(Permission.MANAGE_PROJECT)
    Page create(ProjectFacts project, Actor actor, @RequestParam(defaultValue = "") String description) {
        String wanted = description.strip();
        if (wanted.isEmpty() || wanted.length() > Triggers.LONGEST_DESCRIPTION) {
            return page(422, project, wanted, null, "description");
        }
        Optional<Triggers.Made> made = triggers.create(actor, project, wanted);
        return made.isEmpty()
                ? page(422, project, wanted, null, "many")
                : page(200, project, "", made.get().token(), null);
    }

    @PostMapping(PATH + "/{trigger}/delete")
    @Requires(Permission.MANAGE_PROJECT)
    void delete(ProjectFacts project, Actor actor, @PathVariable("trigger") long id, HttpServletResponse response)
            throws IOException {
        if (!triggers.delete(actor, project, id)) {
            throw ApiException.notFound("Trigger");
        }
        Flash.leave(response, "build.triggers.deleted");
        response.sendRedirect("/" + project.fullPath() + "/-/settings/triggers");
    }

    private Page page(
            int status, ProjectFacts project, String description, @Nullable String token, @Nullable String problem) {
        List<Row> rows = triggers.list(project).stream()
                .map(trigger -> new Row(trigger, lookup.username(trigger.ownerId())))
                .toList();
        String command = "curl --request POST --form token=" + (token == null ? "TOKEN" : token)
                + " --form ref=main --form \"variables[NAME]=value\" " + urls.external() + "/api/v4/projects/"
                + project.id() + "/trigger/pipeline";
        return new Page(
                "build/triggers.jte",
                new Model(PipelinePages.nav(project), rows, description, token, command, problem),
                status);
    }
}
