package dev.tandem.agent;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How an agent runs.
 *
 * @param server base URL of the server
 * @param token of this agent ({@code tagt-...})
 * @param folder its own; made when absent
 * @param proxyHost address on which the proxy listens
 * @param proxyPort port on which the proxy listens; 0 for any free one, kept from then on
 * @param proxyCommand how to start the proxy; the agent adds {@code --listen} and {@code --folder}. See {@link
 *     #javaProxy}
 * @param environment what every service gets besides its own variables, which win
 * @param readable paths outside /usr which services may read, such as a JDK
 * @param firstUid first of the uids under which services run when the agent is root
 * @param uidCount how many there are; each revision on the host has its own
 * @param unsafeAllowed whether services may run as the agent's own user where they cannot be isolated
 */
public record AgentConfig(
        URI server,
        String token,
        Path folder,
        String proxyHost,
        int proxyPort,
        List<String> proxyCommand,
        Map<String, String> environment,
        List<Path> readable,
        int firstUid,
        int uidCount,
        boolean unsafeAllowed) {

    /** Beyond the ones that the sandbox probe (60600) and jobs use; free on Debian, systemd and homed hosts. */
    public static final int DEFAULT_FIRST_UID = 61_000;

    public static final int DEFAULT_UID_COUNT = 500;

    private static final Pattern PROXY_ENTRY = Pattern.compile("(^|/)(tandem-proxy-[^/]*\\.jar|proxy/target/classes/?"
            + "|(vertx-core|netty-|jackson-core-2)[^/]*\\.jar)$");

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /**
     * Flags that keep the proxy small; measured, see docs/agent.md. The archive of JDK classes is mapped where it wants
     * to be, because moving it elsewhere copies all of it. Out of memory it ends, to be started again at once.
     */
    private static final List<String> PROXY_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-XX:ReservedCodeCacheSize=16m",
            "-XX:TrimNativeHeapInterval=10000",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xms4m",
            "-Xmn2m",
            "-Xmx48m",
            "-Xss256k",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    public AgentConfig {
        folder = folder.toAbsolutePath().normalize();
        proxyCommand = List.copyOf(proxyCommand);
        environment = Map.copyOf(environment);
        readable = List.copyOf(readable);
        if (firstUid <= 0 || uidCount <= 0) {
            throw new IllegalArgumentException("uids of services must be positive, not " + firstUid);
        }
    }

    /** The usual: services find the JDK that runs this agent, nothing unsafe. */
    public static AgentConfig of(
            URI server, String token, Path folder, String proxyHost, int proxyPort, List<String> proxyCommand) {
        Path jdk = Path.of(System.getProperty("java.home"));
        Map<String, String> environment = new HashMap<>();
        environment.put("JAVA_HOME", jdk.toString());
        environment.put("PATH", jdk.resolve("bin") + ":" + PATH);
        environment.put("LANG", "C.UTF-8");
        return new AgentConfig(
                server,
                token,
                folder,
                proxyHost,
                proxyPort,
                proxyCommand,
                environment,
                List.of(jdk),
                DEFAULT_FIRST_UID,
                DEFAULT_UID_COUNT,
                false);
    }

    /** The same, allowing services to run as the agent's own user where they cannot be isolated. */
    public AgentConfig allowingUnsafe() {
        return new AgentConfig(
                server,
                token,
                folder,
                proxyHost,
                proxyPort,
                proxyCommand,
                environment,
                readable,
                firstUid,
                uidCount,
                true);
    }

    /**
     * Of a larger class path, what the proxy needs: each further jar would cost it memory.
     *
     * @throws IllegalArgumentException when the proxy is not among the entries
     */
    public static String proxyClassPath(String classPath) {
        List<String> entries = Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(entry -> PROXY_ENTRY.matcher(entry).find())
                .toList();
        if (entries.stream().noneMatch(entry -> entry.contains("proxy") && !entry.contains("netty"))) {
            throw new IllegalArgumentException("the module proxy is not on the class path " + classPath);
        }
        return String.join(File.pathSeparator, entries);
    }

    /**
     * The command that runs the proxy on a JVM.
     *
     * @param java the {@code java} program
     * @param classPath jars of the module {@code proxy} and what it depends on, nothing more
     */
    public static List<String> javaProxy(Path java, String classPath) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(PROXY_FLAGS);
        command.addAll(List.of("-cp", classPath, "dev.tandem.proxy.Main"));
        return List.copyOf(command);
    }
}
