package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator allows one person and one project, by real git and a client, behind a proxy that ends TLS. */
class LimitsTest {
    private static final int REQUESTS = 5;

    @TempDir
    static Path folder;

    private static RunningServer server;
    private static CodeFixture fixture;

    @BeforeAll
    static void start() {
        server = RunningServer.start(
                folder.resolve("data"),
                "--external-url=https://tandem.example.test",
                "--requests-per-minute=" + REQUESTS,
                "--max-push-megabytes=1",
                "--max-repository-megabytes=2");
        fixture = new CodeFixture(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whoAsksTooOftenIsToldWhenToAskAgainAsGitLabDoes() {
        CodeFixture.Person mei = fixture.person("mei");
        // A minute may end in between, so twice as often as it needs.
        HttpResponse<String> refused = IntStream.rangeClosed(0, 2 * REQUESTS)
                .mapToObj(i -> server.api("GET", "/user", mei.token(), null))
                .filter(answer -> answer.statusCode() == 429)
                .findFirst()
                .orElseThrow();

        assertThat(refused.body()).isEqualTo("Retry later");
        assertThat(refused.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 60L);
        assertThat(refused.headers().firstValue("RateLimit-Limit")).contains(Integer.toString(REQUESTS));
        assertThat(refused.headers().firstValue("RateLimit-Remaining")).contains("0");
        assertThat(refused.headers().map())
                .containsKeys("RateLimit-Observed", "RateLimit-Reset", "RateLimit-ResetTime");
    }

    @Test
    void browsersComeByTlsOnlyWhereTheAddressSaysSo() {
        assertThat(server.send("GET", "/-/sign-in").headers().firstValue("Strict-Transport-Security"))
                .contains("max-age=31536000");
    }

    @Test
    void aPushAndARepositoryAreNotLargerThanAllowed() throws Exception {
        CodeFixture.Person ann = fixture.person("ann");
        Project project = fixture.project(ann, "large", false);
        Git git = Git.init(folder.resolve("large"));
        String url = fixture.url(project, ann);
        git.must("push", "-q", url, "main");

        noise(git, "first", 1_500_000);
        assertThat(git.run("push", url, "main").output()).contains("exceeds the limit of 1,000,000 bytes");
        git.must("reset", "-q", "--hard", "HEAD~1");
        for (int i = 0; i < 2; i++) {
            noise(git, "part" + i, 900_000);
            git.must("push", "-q", url, "main");
        }
        noise(git, "part2", 900_000);
        assertThat(git.run("push", url, "main").output()).contains("Pack exceeds the limit of 19");
        git.must("push", "-q", url, "HEAD~1:refs/heads/small");
        git.must("push", "-q", url, ":refs/heads/small");
    }

    private static void noise(Git git, String file, int bytes) throws Exception {
        byte[] random = new byte[bytes];
        new Random(file.hashCode()).nextBytes(random);
        Files.write(git.folder().resolve(file), random);
        git.must("add", "-A");
        git.must("commit", "-q", "-m", file);
    }
}
