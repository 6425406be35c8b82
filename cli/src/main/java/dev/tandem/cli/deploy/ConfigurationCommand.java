package dev.tandem.cli.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** The environment variables of an environment's service. */
@Command(
        name = "config",
        description = "Shows and changes the environment variables that an environment's service runs with.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ConfigurationCommand.ListVariables.class,
            ConfigurationCommand.SetVariables.class,
            ConfigurationCommand.UnsetVariables.class
        },
        footer = {
            "",
            "Each change is a version. What serves is rolled out once more with it, as it came there or as the options",
            "say, and a rollback takes it back. Needs TANDEM_URL, TANDEM_TOKEN and --project."
        })
public final class ConfigurationCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before run
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** {@code tandem config list}. */
    @Command(
            name = "list",
            description = "Shows the variables; secrets without value.",
            mixinStandardHelpOptions = true)
    static final class ListVariables extends ServerCommand {
        @Parameters(index = "0", paramLabel = "ENVIRONMENT", description = "Such as production.")
        @SuppressWarnings("NullAway.Init") // set by picocli before call
        private String environmentName;

        ListVariables() {
            this(System.getenv());
        }

        ListVariables(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(Server server, Connection connection, PrintWriter out)
                throws IOException, InterruptedException, Refused {
            JsonNode configuration = server.configuration(environmentName);
            for (JsonNode variable : configuration.path("variables")) {
                String name = variable.path("name").asString();
                out.println(
                        variable.path("secret").asBoolean()
                                ? name + " (secret)"
                                : name + "=" + variable.path("value").asString());
            }
            out.flush();
        }
    }

    /** What the two that change something share. */
    abstract static class Change extends ServerCommand {
        @Parameters(index = "0", paramLabel = "ENVIRONMENT", description = "Such as production.")
        @SuppressWarnings("NullAway.Init") // set by picocli before call
        private String environmentName;

        @Option(names = "--no-deploy", description = "Leaves it to the next deployment.")
        private boolean noDeploy;

        @Mixin
        @SuppressWarnings("NullAway.Init") // set by picocli before call
        private RolloutFlags flags;

        Change(Map<String, String> environment) {
            super(environment);
        }

        abstract void into(Map<String, Object> parameters) throws Refused;

        @Override
        void run(Server server, Connection connection, PrintWriter out)
                throws IOException, InterruptedException, Refused {
            Map<String, Object> parameters = new LinkedHashMap<>();
            parameters.put("environment", environmentName);
            parameters.put("deploy", !noDeploy);
            into(parameters);
            flags.into(parameters);
            JsonNode changed = server.configure(parameters);
            out.printf(
                    "%s has configuration %d.%n",
                    environmentName, changed.path("version").asLong());
            out.flush();
            if (changed.path("rollout").isObject()) {
                new RolloutLog(server, out).follow(changed.path("rollout"));
            }
        }
    }

    /** {@code tandem config set}. */
    @Command(
            name = "set",
            description = "Sets variables, and rolls what serves out with them.",
            mixinStandardHelpOptions = true)
    static final class SetVariables extends Change {
        @Parameters(
                index = "1..*",
                arity = "1..*",
                paramLabel = "NAME=VALUE",
                description = "NAME alone takes the value that it has where this command runs.")
        @SuppressWarnings("NullAway.Init") // set by picocli before call
        private List<String> variables;

        @Option(names = "--secret", description = "The values are never shown again.")
        private boolean secret;

        private final Map<String, String> environment;

        SetVariables() {
            this(System.getenv());
        }

        SetVariables(Map<String, String> environment) {
            super(environment);
            this.environment = Map.copyOf(environment);
        }

        @Override
        void into(Map<String, Object> parameters) throws Refused {
            Map<String, String> values = new LinkedHashMap<>();
            for (String variable : variables) {
                int sign = variable.indexOf('=');
                String name = sign < 0 ? variable : variable.substring(0, sign);
                String value = sign < 0 ? environment.get(name) : variable.substring(sign + 1);
                if (value == null) {
                    throw new Refused(name + " has no value here. Write " + name + "=VALUE.");
                }
                values.put(name, value);
            }
            parameters.put("set", values);
            parameters.put("secret", secret);
        }
    }

    /** {@code tandem config unset}. */
    @Command(
            name = "unset",
            description = "Removes variables, and rolls what serves out without them.",
            mixinStandardHelpOptions = true)
    static final class UnsetVariables extends Change {
        @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "What is to go.")
        @SuppressWarnings("NullAway.Init") // set by picocli before call
        private List<String> names;

        UnsetVariables() {
            this(System.getenv());
        }

        UnsetVariables(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void into(Map<String, Object> parameters) {
            parameters.put("unset", names);
        }
    }
}
