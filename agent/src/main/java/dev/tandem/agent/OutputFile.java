package dev.tandem.agent;

import dev.tandem.host.Launch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process writes: a file and the one before it, of bounded size. A small shell cuts them, not the agent, because
 * processes outlive the agent.
 */
record OutputFile(Path file) {

    private static final long MAX_BYTES = 5L * 1024 * 1024;
    private static final int TAIL_BYTES = 32 * 1024;
    private static final int TAIL_LINES = 40;
    private static final int TAIL_CHARACTERS = 500;

    // head takes exactly as much as still fits, then the file becomes the one before. Without room on the disk the
    // output is thrown away: a full disk must not end the service by a broken pipe.
    private static final String ROTATE = """
            f=$1
            max=$2
            shift 2
            "$@" 2>&1 | {
                trap '' HUP INT TERM
                unbuffered=
                if command -v stdbuf >/dev/null; then unbuffered='stdbuf -o0'; fi
                while :; do
                    size=0
                    if [ -f "$f" ]; then size=$(wc -c < "$f"); fi
                    if [ "$size" -lt "$max" ]; then
                        $unbuffered head -c $((max - size)) >> "$f" || break
                        size=$(wc -c < "$f") || break
                        if [ "$size" -lt "$max" ]; then break; fi
                    fi
                    mv -f "$f" "$f.1" || break
                done
                exec cat > /dev/null
            }
            """;

    /** The same command with its output in these files. */
    Launch keep(Launch launch) {
        List<String> argv = new ArrayList<>(
                List.of("/bin/sh", "-c", ROTATE, "tandem-output", file.toString(), String.valueOf(MAX_BYTES)));
        argv.addAll(launch.argv());
        return new Launch(argv, launch.environment(), launch.input(), launch.wrappers() + 1);
    }

    /** Last lines, oldest first. */
    List<String> tail() {
        List<String> lines = new ArrayList<>(lastLines(before()));
        lines.addAll(lastLines(file));
        return List.copyOf(lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    private Path before() {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    private static List<String> lastLines(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(0, in.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (in.length() - start)];
            in.seek(start);
            in.readFully(bytes);
            List<String> lines = new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .map(OutputFile::cut)
                    .toList();
            return start > 0 && lines.size() > 1 ? lines.subList(1, lines.size()) : lines;
        } catch (IOException e) {
            // It became the one before while it was read; the next report has it.
            return List.of();
        }
    }

    private static String cut(String line) {
        return line.length() <= TAIL_CHARACTERS ? line : line.substring(0, TAIL_CHARACTERS);
    }
}
