package dev.tandem.cli;

import dev.tandem.cli.demo.DemoCommand;
import dev.tandem.cli.demo.TrainCommand;
import dev.tandem.cli.deploy.ConfigurationCommand;
import dev.tandem.cli.deploy.DeployCommand;
import dev.tandem.cli.deploy.PromoteCommand;
import dev.tandem.cli.deploy.RollbackCommand;
import dev.tandem.cli.deploy.RolloutCommand;
import dev.tandem.cli.deploy.StatusCommand;
import dev.tandem.cli.drive.Service;
import dev.tandem.cli.drive.StepFailed;
import dev.tandem.cli.host.AgentCommand;
import dev.tandem.cli.host.RunnerCommand;
import dev.tandem.cli.pipeline.LintCommand;
import dev.tandem.cli.pipeline.PlanCommand;
import dev.tandem.cli.pipeline.SchemaCommand;
import dev.tandem.cli.run.RunCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code tandem} command. {@code tandem server} has a class path of its own and is started by the launcher itself. */
@Command(
        name = "tandem",
        description = "One program that developers and operators share, from git push to production and back.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "tandem server [--data DIR] [--port N] ... starts a server; docs/configuration.md lists its options.",
            "tandem backup FILE [--data DIR] and tandem restore FILE [--data DIR] keep and bring back all of it;",
            "tandem rotate-key [--data DIR] puts another key in place of the one that seals secrets;",
            "tandem doctor [--data DIR] says whether this machine and that folder are well."
        },
        subcommands = {
            CommandLine.HelpCommand.class,
            AgentCommand.class,
            ConfigurationCommand.class,
            DemoCommand.class,
            DeployCommand.class,
            LintCommand.class,
            PlanCommand.class,
            PromoteCommand.class,
            RollbackCommand.class,
            RolloutCommand.class,
            RunCommand.class,
            SchemaCommand.class,
            RunnerCommand.class,
            StatusCommand.class,
            TrainCommand.class,
            VersionCommand.class
        })
public final class Tandem implements Runnable {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before run
    private CommandLine.Model.CommandSpec spec;

    /** Ends the process with 0 when all went well, 1 when what was asked failed, 2 when it could not be understood. */
    public static void main(String[] arguments) {
        Service.allowHostHeader();
        CommandLine command = new CommandLine(new Tandem());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setExecutionExceptionHandler((e, failed, result) -> {
            if (e instanceof StepFailed step) {
                failed.getErr().println("tandem: " + step.reason());
                return 1;
            }
            throw e;
        });
        System.exit(command.execute(arguments));
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }
}
