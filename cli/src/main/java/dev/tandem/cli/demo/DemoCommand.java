package dev.tandem.cli.demo;

import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.ServerProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "demo",
        description = "Starts a server in a folder of its own and takes a change from git push to production, live.")
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--headless", description = "End by itself: exit code 0 when all steps passed, 1 when one did not.")
    private boolean headless;

    @Option(
            names = "--json",
            description = "Print one JSON object last on standard output, all else on standard error.")
    private boolean json;

    @Option(names = "--port", defaultValue = "0", description = "Port of pages and git (default: 8080, headless: any).")
    private int port;

    @Option(
            names = "--services-port",
            defaultValue = "0",
            description = "Port of services (default: 8081, headless: any).")
    private int servicesPort;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintStream out = json ? System.err : System.out;
        Path folder = Files.createTempDirectory("tandem-demo-");
        // Jobs and services run under uids of their own and must be able to reach their folders below this one.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        String password = secret(6);
        String token = "glpat-" + secret(10);
        Report report = new Report();
        String url;
        try (ServerProcess server = startServer(folder, password, token)) {
            url = server.url().toString();
            Thread cleanUp = new Thread(() -> end(server, folder));
            Runtime.getRuntime().addShutdownHook(cleanUp);
            out.println("Tandem's demo, in " + folder);
            out.println(
                    "  Jobs and services run without isolation where bubblewrap is missing: this demo allows it (unsafe-shell).");
            new Story(server, folder.resolve("work"), password, token, report, out::println).tell();
            if (!headless && report.ok()) {
                stay(out, server, password);
            }
            Runtime.getRuntime().removeShutdownHook(cleanUp);
            end(server, folder);
        }
        if (json) {
            System.out.println(JsonMapper.builder().build().writeValueAsString(report.toJson(url)));
        } else {
            report.figures().forEach((name, value) -> out.println("  " + name + ": " + value));
        }
        return report.ok() ? 0 : 1;
    }

    private ServerProcess startServer(Path folder, String password, String token) throws IOException {
        return ServerProcess.start(new ServerProcess.Options(
                folder.resolve("data"),
                port == 0 && !headless ? 8080 : port,
                servicesPort == 0 && !headless ? 8081 : servicesPort,
                List.of("--unsafe-shell=true"),
                Map.of(ServerProcess.PASSWORD_VARIABLE, password, ServerProcess.TOKEN_VARIABLE, token)));
    }

    private static void stay(PrintStream out, ServerProcess server, String password) throws InterruptedException {
        out.println();
        out.println("  Open     " + server.url() + "      sign in as root with password " + password);
        out.println("  Look at  " + server.url() + "/root/shop/-/environments    what runs where, and the deployments");
        out.println("           " + server.url() + "/root/shop/-/pipelines       what was built, tested and kept out");
        out.println(
                "           " + server.url() + "/root/shop/-/incidents       what went wrong, and who is suspected");
        out.println(
                "           " + server.url() + "/root/shop/-/dora            how fast and how safely changes arrive");
        out.println(
                "           http://production.root-shop.localhost:" + server.servicesPort() + "    the shop itself");
        out.println("  Ctrl-C ends the demo and removes its folder.");
        Thread.currentThread().join();
    }

    /** Stops the server, then what outlives it by design, then removes the folder. */
    private static void end(ServerProcess server, Path folder) {
        server.close();
        Leftovers.end(folder);
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            System.err.println("could not remove " + folder + ": " + e.getMessage());
        }
    }

    private static String secret(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
