package dev.tandem.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.cli.drive.Browser;
import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.ServerProcess;
import dev.tandem.cli.drive.StepFailed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A data folder on a disk that is full: pushes are refused, the server stays up, and works again when there is room. */
class FullDiskTest {
    private static final String TOKEN = "glpat-full-disk-test-01";

    private Path folder;
    private Path disk;
    private ServerProcess server;
    private boolean mounted;

    @BeforeEach
    void start() throws Exception {
        Distribution.required();
        folder = Files.createTempDirectory("tandem-disk-");
        disk = Files.createDirectories(folder.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString()) == 0;
        assumeTrue(mounted, "skipped: cannot mount a small disk; run the tests as root");
        server = ServerProcess.start(new ServerProcess.Options(
                disk.resolve("data"),
                0,
                0,
                List.of("--runner-concurrency=0", "--agent=false"),
                Map.of(ServerProcess.PASSWORD_VARIABLE, "full-disk", ServerProcess.TOKEN_VARIABLE, TOKEN)));
        server.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
            Leftovers.end(folder);
        }
        if (mounted) {
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void aPushIsRefusedWholeAndAcceptedWhenThereIsRoomAgain() throws Exception {
        PageProject project = new PageProject(server, folder.resolve("work"), TOKEN);
        project.create();
        String commit = project.commit("version 1");
        Path filler = fill();

        assertThatThrownBy(project::push).isInstanceOf(StepFailed.class);
        assertThat(new Browser(server.url()).get("/-/health").statusCode()).isEqualTo(200);

        Files.delete(filler);
        project.push();
        assertThat(project.awaitPipeline(commit)).isNotNull();
    }

    private Path fill() throws IOException {
        Path filler = disk.resolve("filler");
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
        return filler;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
