package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Configuration;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.platform.web.ProjectNav;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code deliver/configuration.jte} shows.
 *
 * @param variables what the next revision gets
 * @param versions newest first
 */
public record ConfigurationPage(
        ProjectNav project, Environment environment, List<Shown> variables, List<Version> versions) {
    public ConfigurationPage {
        variables = List.copyOf(variables);
        versions = List.copyOf(versions);
    }

    /** @param value null for a secret */
    public record Shown(String name, @Nullable String value) {}

    /**
     * One version.
     *
     * @param serves whether what serves runs with it
     * @param next whether the next revision gets it
     */
    public record Version(
            long number,
            long basedOn,
            Configuration.Difference difference,
            String by,
            @Nullable Instant at,
            boolean serves,
            boolean next) {}

    public String path() {
        return project.path("/-/environments/" + environment.id() + "/configuration");
    }
}
