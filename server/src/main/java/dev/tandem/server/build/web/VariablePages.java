package dev.tandem.server.build.web;

import dev.tandem.server.build.store.VariableRecord;
import dev.tandem.server.build.variables.ProjectVariables.Clear;
import dev.tandem.server.build.variables.VariableEdits;
import dev.tandem.server.build.variables.VariableOutcome;
import dev.tandem.server.build.variables.VariableOwner;
import dev.tandem.server.build.variables.VariableOwner.Installation;
import dev.tandem.server.build.variables.VariableOwner.OfGroup;
import dev.tandem.server.build.variables.VariableOwner.OfProject;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.GroupNav;
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

/**
 * CI/CD variables: a project's for its maintainers, a group's for its owners, the installation's for administrators. Values are
 * shown only where one of them is edited, those of hidden ones never.
 */
@Controller
public final class VariablePages {
    static final String OF_INSTALLATION = "/-/admin/variables";

    private static final String OF_PROJECT = "/{project}/-/settings/variables";
    private static final String OF_GROUP = "/groups/{group}/-/settings/variables";
    private static final VariableOwner INSTALLATION = new Installation();

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
            boolean hidden,
            boolean raw,
            String scope,
            String description) {
        /** As safe as can be: only for protected refs, and hidden in logs. */
        static final Form FRESH = new Form("", "", false, true, true, false, false, "*", "");

        static Form of(Clear variable) {
            VariableRecord stored = variable.stored();
            return new Form(
                    stored.name(),
                    stored.hidden() ? "" : variable.value(),
                    stored.type().equals("file"),
                    stored.protectedOnly(),
                    stored.masked(),
                    stored.hidden(),
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
                    fields.containsKey("masked") || fields.containsKey("hidden"),
                    fields.containsKey("hidden"),
                    fields.containsKey("raw"),
                    fields.getOrDefault("scope", "*").strip(),
                    fields.getOrDefault("description", "").strip());
        }

        private VariableRecord record(VariableOwner owner) {
            return new VariableRecord(
                    owner.holder(),
                    key,
                    "",
                    file ? "file" : "env_var",
                    protectedOnly,
                    masked,
                    hidden,
                    raw,
                    owner.hasScopes() ? scope : "*",
                    description,
                    null);
        }

        /** What the form makes of a stored variable: a hidden one stays so, and keeps its value when none is typed. */
        private Clear over(VariableOwner owner, Clear before) {
            boolean wasHidden = before.stored().hidden();
            Form whole =
                    new Form(key, value, file, protectedOnly, masked || wasHidden, wasHidden, raw, scope, description);
            return new Clear(whole.record(owner), wasHidden && value.isEmpty() ? before.value() : value);
        }
    }

    /**
     * The page.
     *
     * @param project null for the variables of a group or the installation
     * @param group null for the variables of a project or the installation
     * @param base address of the list
     * @param problem last part of the key of what is wrong with the form; null when nothing is
     */
    public record Model(
            @Nullable ProjectNav project,
            @Nullable GroupNav group,
            String base,
            List<VariableRecord> variables,
            Form form,
            @Nullable String problem) {
        public boolean scopes() {
            return project != null || group != null;
        }
    }

    @GetMapping(OF_PROJECT)
    @Requires(Permission.MANAGE_PROJECT)
    Page list(ProjectFacts project) {
        return list(200, new OfProject(project), Form.FRESH, null);
    }

    @GetMapping(OF_INSTALLATION)
    @Requires(Permission.ADMINISTER)
    Page listOfInstallation() {
        return list(200, INSTALLATION, Form.FRESH, null);
    }

    @PostMapping(OF_PROJECT)
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page create(
            ProjectFacts project, Actor actor, @RequestParam Map<String, String> fields, HttpServletResponse response)
            throws IOException {
        return create(new OfProject(project), actor, Form.of(fields), response);
    }

    @PostMapping(OF_INSTALLATION)
    @Requires(Permission.ADMINISTER)
    @Nullable
    Page createOfInstallation(Actor actor, @RequestParam Map<String, String> fields, HttpServletResponse response)
            throws IOException {
        return create(INSTALLATION, actor, Form.of(fields), response);
    }

    @GetMapping(OF_PROJECT + "/edit")
    @Requires(Permission.MANAGE_PROJECT)
    Page edit(
            ProjectFacts project,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "*") String scope) {
        return edit(new OfProject(project), key, scope);
    }

    @GetMapping(OF_INSTALLATION + "/edit")
    @Requires(Permission.ADMINISTER)
    Page editOfInstallation(@RequestParam(defaultValue = "") String key) {
        return edit(INSTALLATION, key, "*");
    }

    @PostMapping(OF_PROJECT + "/edit")
    @Requires(Permission.MANAGE_PROJECT)
    @Nullable
    Page update(
            ProjectFacts project, Actor actor, @RequestParam Map<String, String> fields, HttpServletResponse response)
            throws IOException {
        return update(new OfProject(project), actor, Form.of(fields), response);
    }

    @PostMapping(OF_INSTALLATION + "/edit")
    @Requires(Permission.ADMINISTER)
    @Nullable
    Page updateOfInstallation(Actor actor, @RequestParam Map<String, String> fields, HttpServletResponse response)
            throws IOException {
        return update(INSTALLATION, actor, Form.of(fields), response);
    }

    @PostMapping(OF_PROJECT + "/delete")
    @Requires(Permission.MANAGE_PROJECT)
    void delete(
            ProjectFacts project,
            Actor actor,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "*") String scope,
            HttpServletResponse response)
            throws IOException {
        delete(new OfProject(project), actor, key, scope, response);
    }

    @PostMapping(OF_INSTALLATION + "/delete")
    @Requires(Permission.ADMINISTER)
    void deleteOfInstallation(Actor actor, @RequestParam(defaultValue = "") String key, HttpServletResponse response)
            throws IOException {
        delete(INSTALLATION, actor, key, "*", response);
    }

    @GetMapping(OF_GROUP)
    @Requires(Permission.MANAGE_GROUP)
    Page listOfGroup(Namespace group) {
        return list(200, new OfGroup(group), Form.FRESH, null);
    }

    @PostMapping(OF_GROUP)
    @Requires(Permission.MANAGE_GROUP)
    @Nullable
    Page createOfGroup(
            Namespace group, Actor actor, @RequestParam Map<String, String> fields, HttpServletResponse response)
            throws IOException {
        return create(new OfGroup(group), actor, Form.of(fields), response);
    }

    @GetMapping(OF_GROUP + "/edit")
    @Requires(Permission.MANAGE_GROUP)
    Page editOfGroup(
            Namespace group,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "*") String scope) {
        return edit(new OfGroup(group), key, scope);
    }

    @PostMapping(OF_GROUP + "/edit")
    @Requires(Permission.MANAGE_GROUP)
    @Nullable
    Page updateOfGroup(
            Namespace group, Actor actor, @RequestParam Map<String, String> fields, HttpServletResponse response)
            throws IOException {
        return update(new OfGroup(group), actor, Form.of(fields), response);
    }

    @PostMapping(OF_GROUP + "/delete")
    @Requires(Permission.MANAGE_GROUP)
    void deleteOfGroup(
            Namespace group,
            Actor actor,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "*") String scope,
            HttpServletResponse response)
            throws IOException {
        delete(new OfGroup(group), actor, key, scope, response);
    }

    private @Nullable Page create(VariableOwner owner, Actor actor, Form form, HttpServletResponse response)
            throws IOException {
        return switch (variables.create(actor, owner, form.record(owner), form.value())) {
            case VariableOutcome.Stored stored -> done(owner, "build.variables.created", form.key(), response);
            case VariableOutcome.Refused refused -> list(422, owner, form, refused.code());
            case VariableOutcome.Missing() -> throw ApiException.notFound("Variable");
        };
    }

    private Page edit(VariableOwner owner, String key, String scope) {
        Clear variable = variables.find(owner, key, scope).orElseThrow(() -> ApiException.notFound("Variable"));
        return edit(200, owner, Form.of(variable), null);
    }

    private @Nullable Page update(VariableOwner owner, Actor actor, Form form, HttpServletResponse response)
            throws IOException {
        String scope = owner.hasScopes() ? form.scope() : "*";
        return switch (variables.update(actor, owner, form.key(), scope, before -> form.over(owner, before))) {
            case VariableOutcome.Stored stored -> done(owner, "build.variables.saved", form.key(), response);
            case VariableOutcome.Refused refused -> edit(422, owner, form, refused.code());
            case VariableOutcome.Missing() -> throw ApiException.notFound("Variable");
        };
    }

    private void delete(VariableOwner owner, Actor actor, String key, String scope, HttpServletResponse response)
            throws IOException {
        if (!variables.delete(actor, owner, key, scope)) {
            throw ApiException.notFound("Variable");
        }
        done(owner, "build.variables.deleted", key, response);
    }

    private static @Nullable Page done(VariableOwner owner, String message, String key, HttpServletResponse response)
            throws IOException {
        Flash.leave(response, message, key);
        response.sendRedirect(base(owner));
        return null;
    }

    private Page list(int status, VariableOwner owner, Form form, @Nullable String problem) {
        List<VariableRecord> stored =
                variables.list(owner).stream().map(Clear::stored).toList();
        return page("variables", status, owner, stored, form, problem);
    }

    private static Page edit(int status, VariableOwner owner, Form form, @Nullable String problem) {
        return page("variable", status, owner, List.of(), form, problem);
    }

    private static Page page(
            String page,
            int status,
            VariableOwner owner,
            List<VariableRecord> stored,
            Form form,
            @Nullable String problem) {
        return switch (owner) {
            case OfProject(ProjectFacts project) ->
                new Page(
                        "build/" + page + ".jte",
                        new Model(PipelinePages.nav(project), null, base(owner), stored, form, problem),
                        status);
            case OfGroup(Namespace group) ->
                new Page(
                        "build/group-" + page + ".jte",
                        new Model(
                                null,
                                new GroupNav(group.id(), group.fullPath(), group.name()),
                                base(owner),
                                stored,
                                form,
                                problem),
                        status);
            case Installation() ->
                new Page(
                        "build/all-" + page + ".jte",
                        new Model(null, null, base(owner), stored, form, problem),
                        status);
        };
    }

    private static String base(VariableOwner owner) {
        return switch (owner) {
            case OfProject(ProjectFacts project) -> "/" + project.fullPath() + "/-/settings/variables";
            case OfGroup(Namespace group) -> "/groups/" + group.fullPath() + "/-/settings/variables";
            case Installation() -> OF_INSTALLATION;
        };
    }
}
