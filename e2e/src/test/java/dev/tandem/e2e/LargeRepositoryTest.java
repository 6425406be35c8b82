package dev.tandem.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.ServerProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program with its usual heap of 256 MB, and repositories larger than that: a heap that is too small shows in a process of its own alone. {@code ./tandem prove}
 * takes a file of 300 MB and 100,000 files.
 */
class LargeRepositoryTest {
    private static final String TOKEN = "glpat-large-repo-test-1";
    private static final int FILE_MEGABYTES = Distribution.prove() ? 300 : 60;
    private static final int FOLDERS = Distribution.prove() ? 1000 : 50;
    private static final int FILES_IN_EACH = 100;
    private static final int MEBI = 1024 * 1024;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private ServerProcess server;

    @BeforeEach
    void start() throws Exception {
        Distribution.required();
        server = ServerProcess.start(new ServerProcess.Options(
                folder.resolve("data"),
                0,
                0,
                List.of("--runner-concurrency=0", "--agent=false"),
                Map.of(ServerProcess.PASSWORD_VARIABLE, "large-repository", ServerProcess.TOKEN_VARIABLE, TOKEN)));
        server.awaitReady();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
            Leftovers.end(folder);
        }
    }

    @Test
    @Timeout(1800)
    void aLargeFileAndManyFilesArePushedAndBrowsed() throws Exception {
        aLargeFile();
        manyFiles();

        assertThat(Files.readString(folder.resolve("data/server.log"))).doesNotContain("OutOfMemoryError");
        assertThat(ServerProcess.residentMegabytes(server.pid())).isLessThan(512);
    }

    private void aLargeFile() throws Exception {
        Path work = project("large");
        Path file = work.resolve("big.bin");
        byte[] megabyte = new byte[MEBI];
        try (var out = Files.newOutputStream(file)) {
            Random random = new Random(1);
            for (int i = 0; i < FILE_MEGABYTES; i++) {
                if (Distribution.prove()) {
                    // What does not compress takes git half a minute.
                    random.nextBytes(megabyte);
                }
                out.write(megabyte);
            }
        }
        git(work, "add", "big.bin");
        git(work, "commit", "-q", "-m", "Large");
        git(work, "push", "-q", "origin", "main");
        Files.write(file, new byte[] {1}, java.nio.file.StandardOpenOption.APPEND);
        git(work, "commit", "-q", "-a", "-m", "Larger");
        // What comes as a difference is put together in memory; git sends larger files whole when it is told to.
        Outcome refused = run(work, "push", "origin", "main");
        assertThat(refused.exit()).as(refused.output()).isNotZero();
        assertThat(refused.output()).containsAnyOf("Object too large", "Out of memory loading");
        git(work, "-c", "core.bigFileThreshold=50m", "push", "-q", "origin", "main");

        assertThat(page("/root/large/-/blob/main/big.bin")).contains("too large to show");
        assertThat(page("/root/large/-/commit/main")).contains("big.bin");
        assertThat(page("/root/large/-/blame/main/big.bin")).contains("no lines of text");
        assertThat(page("/root/large/-/commits/main/big.bin")).contains("Larger");
        HttpResponse<Long> raw = client.send(
                request("/root/large/-/raw/main/big.bin"),
                info -> HttpResponse.BodySubscribers.mapping(
                        HttpResponse.BodySubscribers.ofInputStream(), LargeRepositoryTest::length));
        assertThat(raw.body()).isEqualTo(FILE_MEGABYTES * (long) MEBI + 1);
    }

    private void manyFiles() throws Exception {
        Path work = project("many");
        Process writer = new ProcessBuilder("git", "fast-import", "--quiet", "--force")
                .directory(work.toFile())
                .start();
        try (PrintStream out = new PrintStream(writer.getOutputStream(), false, StandardCharsets.UTF_8)) {
            out.print("commit refs/heads/main\ncommitter A <a@example.test> 1700000000 +0000\ndata 3\nAll\n");
            for (int i = 0; i < FOLDERS * FILES_IN_EACH; i++) {
                String text = "class File" + i + " { int value = " + i * 7919L + "; }\n";
                out.printf(
                        "M 100644 inline dir%04d/File%d.java%ndata %d%n%s%n",
                        i / FILES_IN_EACH, i, text.length(), text);
            }
        }
        assertThat(writer.waitFor()).isZero();
        git(work, "push", "-q", "origin", "main");

        int last = FOLDERS * FILES_IN_EACH - 1;
        String path = "dir%04d/File%d.java".formatted(FOLDERS - 1, last);
        assertThat(page("/root/many")).contains("dir0000");
        assertThat(page("/root/many/-/tree/main/dir0001")).contains("File100.java", "All");
        assertThat(page("/root/many/-/last-commits/main")).contains("All");
        assertThat(page("/root/many/-/blob/main/" + path)).contains("class File" + last);
        assertThat(page("/root/many/-/blame/main/" + path)).contains("class File" + last);
        assertThat(page("/root/many/-/commit/main")).contains("All");
        assertThat(page("/root/many/-/search?search=File" + last)).contains(path);
    }

    private Path project(String name) throws Exception {
        new Api(server.url(), TOKEN).post("/projects", Map.of("name", name, "path", name, "visibility", "public"));
        Path work = Files.createDirectories(folder.resolve(name));
        git(work, "init", "-q", "-b", "main");
        git(work, "config", "user.name", "Robin");
        git(work, "config", "user.email", "robin@example.test");
        git(work, "remote", "add", "origin", server.url() + "/root/" + name + ".git");
        String basic = Base64.getEncoder().encodeToString(("root:" + TOKEN).getBytes(StandardCharsets.UTF_8));
        git(work, "config", "http.extraHeader", "Authorization: Basic " + basic);
        return work;
    }

    private String page(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request(path), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(server.url().resolve(path)).build();
    }

    private static long length(java.io.InputStream in) {
        try (in) {
            return in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private record Outcome(int exit, String output) {}

    private static void git(Path work, String... arguments) throws IOException, InterruptedException {
        Outcome outcome = run(work, arguments);
        assertThat(outcome.exit()).as(outcome.output()).isZero();
    }

    private static Outcome run(Path work, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
