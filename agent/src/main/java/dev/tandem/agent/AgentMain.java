package dev.tandem.agent;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The agent alone on a host: {@code --server URL --token-file FILE --folder DIR --proxy-listen HOST:PORT --proxy-class-path
 * PATH [--unsafe-shell true]}. The token comes from a file, because arguments are readable by every user of the host.
 * Ends with 2 when a flag is wrong, 1 when it cannot start.
 */
public final class AgentMain {

    private AgentMain() {}

    /** See the class. */
    public static void main(String[] args) throws InterruptedException {
        System.exit(run(args));
    }

    private static int run(String[] args) throws InterruptedException {
        try {
            return runUntilStopped(config(args));
        } catch (IllegalArgumentException e) {
            System.err.println("tandem-agent: " + e.getMessage());
            return 2;
        } catch (IOException e) {
            System.err.println("tandem-agent: " + e.getMessage());
            return 1;
        }
    }

    /**
     * Runs until the process is told to end (SIGTERM, SIGINT); services and proxy go on.
     *
     * @return 0, the exit code
     */
    public static int runUntilStopped(AgentConfig config) throws IOException, InterruptedException {
        TandemAgent agent = new TandemAgent(config);
        agent.start();
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(agent), "close"));
        System.err.println("agent runs, its proxy listens on port " + agent.proxyPort());
        end.await();
        return 0;
    }

    private static void close(TandemAgent agent) {
        try {
            agent.close();
        } catch (IOException e) {
            System.err.println("tandem-agent: " + e.getMessage());
        }
    }

    static AgentConfig config(String[] args) throws IOException {
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            flags.put(args[i], args[i + 1]);
        }
        String listen = required(flags, "--proxy-listen");
        int colon = listen.lastIndexOf(':');
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        AgentConfig config = AgentConfig.of(
                URI.create(required(flags, "--server")),
                Files.readString(Path.of(required(flags, "--token-file"))).strip(),
                Path.of(required(flags, "--folder")),
                listen.substring(0, Math.max(colon, 0)),
                port(listen.substring(colon + 1)),
                AgentConfig.javaProxy(java, required(flags, "--proxy-class-path")));
        String unsafe = flags.remove("--unsafe-shell");
        if (!flags.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + String.join(" ", flags.keySet()));
        }
        return Boolean.parseBoolean(unsafe) ? config.allowingUnsafe() : config;
    }

    private static String required(Map<String, String> flags, String name) {
        String value = flags.remove(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static int port(String text) {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--proxy-listen: " + text + " is no port", e);
        }
    }
}
