package dev.tandem.cli.host;

import dev.tandem.agent.AgentConfig;
import dev.tandem.agent.AgentMain;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The agent as a process of its own. */
@Command(
        name = "agent",
        description = "Keeps the services of a server running on this machine, behind a proxy of its own.",
        mixinStandardHelpOptions = true)
public final class AgentCommand extends HostCommand {
    /** Set by the launcher: jars of the proxy and what it depends on. */
    private static final String PROXY_CLASS_PATH = "tandem.proxy.classpath";

    @Option(names = "--url", required = true, paramLabel = "URL", description = "Address of the server.")
    @SuppressWarnings("NullAway.Init") // required
    private URI url;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "tandem-agent",
            description = "Its own folder; a short path, since a Unix socket lies in it. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path folder;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address on which the proxy listens; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String bind;

    @Option(
            names = "--services-port",
            paramLabel = "N",
            defaultValue = "8081",
            description = "TCP port of the proxy; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--unsafe-shell",
            description = "Run services without isolation where bubblewrap cannot be used. They can then do what this"
                    + " user can.")
    private boolean unsafeShell;

    public AgentCommand() {
        this(System.getenv());
    }

    AgentCommand(Map<String, String> environment) {
        super(environment, "TANDEM_AGENT_TOKEN");
    }

    @Override
    int run(String token) throws IOException, InterruptedException {
        String given = System.getProperty(PROXY_CLASS_PATH, "");
        String proxy = given.isEmpty() ? AgentConfig.proxyClassPath(System.getProperty("java.class.path", "")) : given;
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        AgentConfig config = AgentConfig.of(url, token, folder, bind, port, AgentConfig.javaProxy(java, proxy));
        return AgentMain.runUntilStopped(unsafeShell ? config.allowingUnsafe() : config);
    }
}
