package dev.tandem.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupMemoryTest {
    private static final long MEGABYTE = 1024 * 1024;
    private static final String HOLDS_60_MB = "(head -c 60m /dev/zero; sleep 100) | tail";

    @Test
    void countsChildrenAndThoseWhomTheirParentsLeft() throws Exception {
        var command = HOLDS_60_MB + " & (setsid sh -c '" + HOLDS_60_MB + "' &); sleep 100";
        var group = ProcessGroup.start(
                Launch.bare(List.of("/bin/sh", "-c", command), Map.of("PATH", "/usr/bin:/bin")),
                Output.appendTo(Path.of("/dev/null")));
        try {
            Await.until("both hold their memory", () -> bytes(group, Long.MAX_VALUE) > 120 * MEGABYTE);

            assertThat(bytes(group, Long.MAX_VALUE)).isLessThan(180 * MEGABYTE);
            // Divided among those that share them, pages weigh less, and nobody shares what the two hold.
            assertThat(bytes(group, 0)).isBetween(118 * MEGABYTE, bytes(group, Long.MAX_VALUE));
        } finally {
            group.kill();
        }
        assertThat(bytes(group, Long.MAX_VALUE)).isZero();
    }

    private static long bytes(ProcessGroup group, long enough) throws Exception {
        return GroupMemory.look().bytes(group.identity(), enough);
    }
}
