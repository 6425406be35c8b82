package dev.tandem.bench;

import dev.tandem.cli.drive.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Stock {@code git http-backend} behind lighttpd: what ours is compared with. */
final class StockGitServer implements AutoCloseable {
    private static final List<Path> LIGHTTPD = List.of(Path.of("/usr/sbin/lighttpd"), Path.of("/usr/bin/lighttpd"));

    private final Process process;
    private final Path repositories;
    private final int port;

    private StockGitServer(Process process, Path repositories, int port) {
        this.process = process;
        this.repositories = repositories;
        this.port = port;
    }

    static boolean available() {
        return program().isPresent();
    }

    static StockGitServer start(Path folder) throws Exception {
        Path repositories = Files.createDirectories(folder.resolve("stock"));
        int port = freePort();
        Path configuration = folder.resolve("lighttpd.conf");
        Files.writeString(configuration, configuration(folder, repositories, port));
        Process process = new ProcessBuilder(program().orElseThrow().toString(), "-D", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("lighttpd.log").toFile())
                .start();
        Await.until(
                Duration.ofSeconds(10),
                Duration.ofMillis(20),
                () -> listens(port) ? Optional.of(true) : Optional.empty(),
                () -> "lighttpd does not listen");
        return new StockGitServer(process, repositories, port);
    }

    /** Makes an empty repository; its URL. */
    String create(String name) throws IOException, InterruptedException {
        Path repository = repositories.resolve(name + ".git");
        Git.run(repositories, "init", "-q", "--bare", repository.toString());
        Git.run(repository, "config", "http.receivepack", "true");
        Git.run(repository, "symbolic-ref", "HEAD", "refs/heads/main");
        return "http://127.0.0.1:" + port + "/git/" + name + ".git";
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    private static Optional<Path> program() {
        try (Stream<Path> all = LIGHTTPD.stream()) {
            return all.filter(Files::isExecutable).findFirst();
        }
    }

    private static String configuration(Path folder, Path repositories, int port)
            throws IOException, InterruptedException {
        String backend = Git.run(folder, "--exec-path").strip() + "/git-http-backend";
        return """
                server.modules = ( "mod_alias", "mod_setenv", "mod_cgi" )
                server.document-root = "%s"
                server.bind = "127.0.0.1"
                server.port = %d
                server.upload-dirs = ( "%s" )
                $HTTP["url"] =~ "^/git/" {
                  alias.url = ( "/git/" => "%s/" )
                  cgi.assign = ( "" => "" )
                  setenv.set-environment = ( "GIT_PROJECT_ROOT" => "%s", "GIT_HTTP_EXPORT_ALL" => "1", "REMOTE_USER" => "bench" )
                }
                """.formatted(repositories, port, folder, backend, repositories);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
