package dev.tandem.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * The proxy as a process: {@code --listen HOST:PORT --folder DIR [--control SOCKET] [--answer-timeout SECONDS] [--idle-timeout SECONDS]
 * [--trusted-forwarders ADDRESS,...]}. Ends with 2 when a flag is wrong, 1 when it cannot start.
 */
public final class Main {

    private static final Map<String, String> SYSTEM_DEFAULTS = Map.of(
            "vertx.disableDnsResolver", "true",
            "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n");

    private Main() {}

    /** See the class. */
    public static void main(String[] args) throws InterruptedException {
        SYSTEM_DEFAULTS.forEach((name, value) -> System.setProperty(name, System.getProperty(name, value)));
        System.exit(run(args));
    }

    private static int run(String[] args) throws InterruptedException {
        try {
            Proxy proxy = Proxy.start(settings(args));
            CountDownLatch end = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(proxy), "close"));
            System.err.println("proxy listens on port " + proxy.port());
            end.await();
            return 0;
        } catch (IllegalArgumentException e) {
            System.err.println("tandem-proxy: " + e.getMessage());
            return 2;
        } catch (IOException | IllegalStateException e) {
            System.err.println("tandem-proxy: " + e.getMessage());
            return 1;
        }
    }

    private static void close(Proxy proxy) {
        try {
            proxy.close();
        } catch (IOException | RuntimeException e) {
            System.err.println("tandem-proxy: " + e.getMessage());
        }
    }

    static ProxySettings settings(String[] args) {
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            flags.put(args[i], args[i + 1]);
        }
        String listen = required(flags, "--listen");
        int colon = listen.lastIndexOf(':');
        Path folder = Path.of(required(flags, "--folder"));
        String control = flags.remove("--control");
        ProxySettings settings = new ProxySettings(
                listen.substring(0, Math.max(colon, 0)),
                number("--listen", listen.substring(colon + 1)),
                folder,
                control == null ? ProxySettings.controlSocket(folder) : Path.of(control),
                seconds(flags, "--answer-timeout", 60),
                seconds(flags, "--idle-timeout", 300),
                addresses(flags.remove("--trusted-forwarders")));
        if (!flags.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + String.join(" ", flags.keySet()));
        }
        return settings;
    }

    private static String required(Map<String, String> flags, String name) {
        String value = flags.remove(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static Duration seconds(Map<String, String> flags, String name, int otherwise) {
        String value = flags.remove(name);
        return Duration.ofSeconds(value == null ? otherwise : number(name, value));
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseUnsignedInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": " + value + " is no number", e);
        }
    }

    private static Set<String> addresses(@org.jspecify.annotations.Nullable String value) {
        return value == null ? Set.of() : Arrays.stream(value.split(",", -1)).collect(Collectors.toUnmodifiableSet());
    }
}
