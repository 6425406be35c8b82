package dev.tandem.server.deliver;

import dev.tandem.agent.AgentConfig;
import dev.tandem.agent.TandemAgent;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The agent inside of the server's process, from the moment that the server listens. It speaks to it over HTTP like any
 * other; what it runs outlives both. It ends before the server stops to listen, so that none of its calls is cut off.
 */
@Component
final class EmbeddedAgent implements ApplicationListener<WebServerInitializedEvent>, SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedAgent.class);
    private static final String NAME = "built-in";
    /** Set by the launcher: jars of the proxy and what it depends on. */
    private static final String PROXY_CLASS_PATH = "tandem.proxy.classpath";

    private final Settings settings;
    private final Agents agents;
    private @Nullable TandemAgent agent;

    EmbeddedAgent(Settings settings, Agents agents) {
        this.settings = settings;
        this.agents = agents;
    }

    @Override
    public void onApplicationEvent(WebServerInitializedEvent event) {
        if (!settings.agent()) {
            return;
        }
        String proxy = proxyClassPath();
        if (proxy.isEmpty()) {
            LOG.warn("The built-in agent is off: the proxy's jars are not known. Start the server with ./tandem server,"
                    + " or set --agent false.");
            return;
        }
        URI server =
                URI.create("http://" + address() + ":" + event.getWebServer().getPort());
        start(server, proxy);
    }

    private synchronized void start(URI server, String proxyClassPath) {
        AgentConfig config = AgentConfig.of(
                server,
                agents.register(NAME).token(),
                settings.data().resolve("agent"),
                settings.bind(),
                settings.servicesPort(),
                AgentConfig.javaProxy(Path.of(System.getProperty("java.home"), "bin", "java"), proxyClassPath));
        TandemAgent starting = new TandemAgent(settings.unsafeShell() ? config.allowingUnsafe() : config);
        try {
            starting.start();
            agent = starting;
        } catch (IOException e) {
            LOG.error("The built-in agent cannot start, so nothing is deployed on this machine", e);
        }
    }

    /** Where this process reaches the server: what it is bound to, or loopback when that is everything. */
    private String address() {
        String bind = settings.bind();
        if (bind.equals("0.0.0.0") || bind.equals("::")) {
            return "127.0.0.1";
        }
        return bind.contains(":") ? "[" + bind + "]" : bind;
    }

    /** Without a launcher (tests, an IDE): what of our own class path the proxy needs. */
    private static String proxyClassPath() {
        String given = System.getProperty(PROXY_CLASS_PATH, "");
        try {
            return given.isEmpty() ? AgentConfig.proxyClassPath(System.getProperty("java.class.path", "")) : given;
        } catch (IllegalArgumentException e) {
            LOG.debug("no proxy on the class path", e);
            return "";
        }
    }

    /** Nothing to do: it started with the first moment of listening, or is not wanted. */
    @Override
    public void start() {}

    /** The agent ends with the server; its services and its proxy go on. */
    @Override
    public synchronized void stop() {
        try {
            if (agent != null) {
                agent.close();
            }
        } catch (IOException e) {
            LOG.warn("The built-in agent did not end as it should", e);
        }
        agent = null;
    }

    @Override
    public synchronized boolean isRunning() {
        return agent != null;
    }
}
