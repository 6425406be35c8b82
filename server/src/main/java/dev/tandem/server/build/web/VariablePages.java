package dev.tandem.server.build.web;

import dev.tandem.server.build.store.VariableRecord;
import dev.tandem.server.build.variables.ProjectVariables.Clear;
import dev.tandem.server.build.variables.ProjectVariables.Refusal;
import dev.tandem.server.build.variables.VariableEdits;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** A project's CI/CD variables, for maintainers. Values are shown only where one of them is edited. */
@Controller
public final class VariablePages {
    private static final String PATH = "/{project}/-/settings/variables";

    private final VariableEdits variables;

    VariablePages(VariableEdits variables) {
        this.variables = variables;
    }

    /** What stands in a form. */
    public record Form(
            String key,
            String value,
            boolean file,
            boolean protectedOnly,
            boolean masked,
            boolean raw,
            String scope,
            String description) {
        /** As safe as can be: only for protected refs, and hidden in logs. */
        static final Form FRESH = new Form("", "", false, true, true, false, "*", "");

        static Form of(Clear variable) {
            VariableRecord stored = variable.stored();
            return new Form(
                    stored.name(),
                    variable.value(),
                    stored.type().equals("file"),
                    stored.protectedOnly(),
                    stored.masked(),
                    stored.raw(),
                    stored.environmentScope(),
                    stored.description());
        }

        /** A browser sends a checkbox only when it is checked, and lines that end in CR LF. */
        static Form of(Map<String, String> fields) {
            return new Form(
                    fields.getOrDefault("key", "").strip(),
                    fields.getOrDefault("value", "").replace("\r\n", "\n"),
                    fields.containsKey("file"),
                    fields.containsKey("protected"),
                    fields.containsKey("masked"),
                    fields.containsKey("raw"),
                    fields.getOrDefault("scope", "*").strip(),
                    fields.getOrDefault("description", "").strip());
        }

        private VariableRecord record(ProjectFacts project) {
            String type = file ? "file" : "env_var";
            return new VariableRecord(project.id(), key, "", type, protectedOnly, masked, raw, scope, description);
        }
    }

    /** @param problem last part of the key of what is wrong with the form; null when nothing is */
    public record Model(
            ProjectNav project,
            List<VariableRecord> variables,
            Form form,
            @Nullable String problem) {}

    @GetMapping(PATH)
    @Requires(Permission.MANAGE_PROJECT)
    Page list(ProjectFacts project) {
        return list(200, project, Form.FRESH, null);
    }

    @PostMapping(PATH)
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page create(
            ProjectFacts project, Actor actor, @RequestParam Map<String, String> fields, HttpServletResponse response)
            throws IOException {
        Form form = Form.of(fields);
        Refusal refusal = variables.create(actor, project, form.record(project), form.value());
        return refusal != null
                ? list(422, project, form, refusal.code())
                : done(project, "build.variables.created", form.key(), response);
    }

    @GetMapping(PATH + "/edit")
    @Requires(Permission.MANAGE_PROJECT)
    Page edit(
            ProjectFacts project,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "*") String scope) {
        return edit(200, project, Form.of(existing(project, key, scope)), null);
    }

    @PostMapping(PATH + "/edit")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page update(
            ProjectFacts project, Actor actor, @RequestParam Map<String, String> fields, HttpServletResponse response)
            throws IOException {
        Form form = Form.of(fields);
        existing(project, form.key(), form.scope());
        Refusal refusal = variables.update(actor, project, form.record(project), form.value());
        return refusal != null
                ? edit(422, project, form, refusal.code())
                : done(project, "build.variables.saved", form.key(), response);
    }

    @PostMapping(PATH + "/delete")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page delete(
            ProjectFacts project,
            Actor actor,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "*") String scope,
            HttpServletResponse response)
            throws IOException {
        if (!variables.delete(actor, project, key, scope)) {
            throw ApiException.notFound("Variable");
        }
        return done(project, "build.variables.deleted", key, response);
    }

    private static @Nullable Page done(ProjectFacts project, String message, String key, HttpServletResponse response)
            throws IOException {
        Flash.leave(response, message, key);
        response.sendRedirect("/" + project.fullPath() + "/-/settings/variables");
        return null;
    }

    private Clear existing(ProjectFacts project, String key, String scope) {
        return variables.find(project, key, scope).orElseThrow(() -> ApiException.notFound("Variable"));
    }

    private Page list(int status, ProjectFacts project, Form form, @Nullable String problem) {
        List<VariableRecord> stored =
                variables.list(project).stream().map(Clear::stored).toList();
        return new Page("build/variables.jte", new Model(nav(project), stored, form, problem), status);
    }

    private static Page edit(int status, ProjectFacts project, Form form, @Nullable String problem) {
        return new Page("build/variable.jte", new Model(nav(project), List.of(), form, problem), status);
    }

    private static ProjectNav nav(ProjectFacts project) {
        return new ProjectNav(project.id(), project.fullPath(), project.name());
    }
}
