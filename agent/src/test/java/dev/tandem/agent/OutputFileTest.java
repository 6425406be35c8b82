package dev.tandem.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.host.Launch;
import dev.tandem.host.Output;
import dev.tandem.host.ProcessGroup;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

    @TempDir
    Path folder;

    @Test
    void keepsTheLastOfALotAndTheExitCode() throws Exception {
        run("i=0; while [ $i -lt 240000 ]; do echo \"line $i of a service that talks too much for its own good\"; "
                + "i=$((i+1)); done; echo last; exit 5");

        long bytes = Files.size(folder.resolve("out")) + Files.size(folder.resolve("out.1"));
        assertThat(bytes).isBetween(5L * 1024 * 1024, 10L * 1024 * 1024);
        List<String> tail = output().tail();
        assertThat(tail).hasSize(40);
        assertThat(tail.getLast()).isEqualTo("last");
        assertThat(tail.get(38)).startsWith("line 239999 ");
        assertThat(Files.readString(folder.resolve("exit"))).isEqualTo("5\n");
    }

    @Test
    void showsALineAsSoonAsItIsWritten() throws Exception {
        ProcessGroup group = start("echo here; exec sleep 86397");
        try {
            Await.until("the line", () -> output().tail().equals(List.of("here")));
        } finally {
            group.kill();
        }
    }

    @Test
    void appendsToWhatAnEarlierRunWrote() throws Exception {
        run("echo one");
        run("echo two >&2");

        assertThat(output().tail()).containsExactly("one", "two");
    }

    @Test
    void letsTheProcessGoOnWhenNothingCanBeWritten() throws Exception {
        Files.createDirectory(folder.resolve("out"));
        run("echo lost; echo lost; sleep 0.2; echo lost; exit 6");

        assertThat(Files.readString(folder.resolve("exit"))).isEqualTo("6\n");
    }

    @Test
    void cutsLongLines() throws Exception {
        Files.writeString(folder.resolve("out"), "x".repeat(2000) + "\n");

        assertThat(output().tail()).containsExactly("x".repeat(500));
    }

    private void run(String script) throws IOException, InterruptedException {
        assertThat(start(script).awaitExit(Duration.ofSeconds(60))).isPresent();
    }

    private ProcessGroup start(String script) throws IOException {
        Launch launch = Launch.bare(List.of("/bin/sh", "-c", script), Map.of("PATH", "/usr/bin:/bin"))
                .recordingExit(folder.resolve("exit"));
        return ProcessGroup.start(output().keep(launch), Output.appendTo(Path.of("/dev/null")));
    }

    private OutputFile output() {
        return new OutputFile(folder.resolve("out"));
    }
}
