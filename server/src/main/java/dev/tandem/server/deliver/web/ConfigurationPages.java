package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Configuration;
import dev.tandem.server.deliver.ConfigurationAnswer;
import dev.tandem.server.deliver.ConfigurationChange;
import dev.tandem.server.deliver.Configurations;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** The page of an environment's configuration. */
@Controller
class ConfigurationPages {
    private static final int MOST_VERSIONS = 50;

    private final Configurations configurations;
    private final Environments environments;
    private final Users users;

    ConfigurationPages(Configurations configurations, Environments environments, Users users) {
        this.configurations = configurations;
        this.environments = environments;
        this.users = users;
    }

    @Requires(Permission.DEPLOY)
    @GetMapping("/{project}/-/environments/{environment}/configuration")
    Page configuration(ProjectFacts project, @PathVariable long environment) {
        Environment found = find(project, environment);
        Configuration current = configurations.current(environment);
        long serving = configurations.serving(environment).orElse(-1L);
        List<ConfigurationPage.Shown> variables = current.variables().stream()
                .map(variable -> new ConfigurationPage.Shown(
                        variable.name(), configurations.shown(variable).orElse(null)))
                .toList();
        List<ConfigurationPage.Version> versions = configurations.list(environment, 0, MOST_VERSIONS).stream()
                .map(version -> new ConfigurationPage.Version(
                        version.version(),
                        version.basedOn(),
                        configurations.difference(version),
                        version.by() == null
                                ? "–"
                                : users.find(version.by()).map(User::name).orElse("–"),
                        version.at(),
                        version.version() == serving,
                        version.version() == current.version()))
                .toList();
        ProjectNav nav = EnvironmentPages.nav(project);
        return new Page("deliver/configuration.jte", new ConfigurationPage(nav, found, variables, versions));
    }

    /** {@code name} and {@code value} to set, or {@code unset}. */
    @Requires(Permission.DEPLOY)
    @PostMapping("/{project}/-/environments/{environment}/configuration")
    void change(
            ProjectFacts project,
            Actor actor,
            @PathVariable long environment,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String value,
            @RequestParam(defaultValue = "") String unset,
            @RequestParam(defaultValue = "false") boolean secret,
            @RequestParam(defaultValue = "false") boolean later,
            HttpServletResponse response)
            throws IOException {
        Environment found = find(project, environment);
        // What a browser sends of lines ends them its own way.
        Map<String, String> set = name.isBlank() ? Map.of() : Map.of(name.strip(), value.replace("\r\n", "\n"));
        ConfigurationChange change = new ConfigurationChange(set, secret, unset.isBlank() ? List.of() : List.of(unset));
        ProjectNav nav = EnvironmentPages.nav(project);
        String here = nav.path("/-/environments/" + environment + "/configuration");
        switch (configurations.change(project, actor, found.name(), change, !later, null)) {
            case ConfigurationAnswer.Changed changed -> {
                String version = Long.toString(changed.configuration().version());
                Flash.leave(response, "deliver.configuration.begun", found.name(), version);
                response.sendRedirect(
                        changed.rollout() == null
                                ? here
                                : nav.path("/-/deployments/" + changed.rollout().deploymentId()));
            }
            case ConfigurationAnswer.Unchanged unchanged -> {
                Flash.leave(response, "deliver.configuration.unchanged");
                response.sendRedirect(here);
            }
            case ConfigurationAnswer.Refused refused -> {
                Flash.refuse(response, "deliver.refused", refused.reason());
                response.sendRedirect(here);
            }
        }
    }

    private Environment find(ProjectFacts project, long environment) {
        return environments
                .find(environment)
                .filter(found -> found.projectId() == project.id())
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }
}
