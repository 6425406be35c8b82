package dev.tandem.runner;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Files of the working copy that git doesn't track, as git itself tells inside the sandbox. */
final class Untracked {
    private static final int MAX_OUTPUT = 32 << 20;

    private Untracked() {}

    static Collection<Path> find(JobContext context) throws JobStopped, StageFailed, IOException {
        var output = new ByteArrayOutputStream();
        var ended = context.shell()
                .run(
                        JobControl.Phase.AFTERMATH,
                        "untracked",
                        "exec git ls-files --others -z",
                        Map.of(
                                "PATH",
                                "/usr/bin:/bin",
                                "HOME",
                                context.workspace().home().toString()),
                        (chunk, length) -> {
                            if (output.size() < MAX_OUTPUT) {
                                output.write(chunk, 0, length);
                            }
                        },
                        Duration.ofMinutes(5),
                        List.of());
        if (!ended.equals(new StageShell.Ended.Exit(0))) {
            throw new StageFailed(FailureReasons.SCRIPT, 1, "git could not list the untracked files");
        }
        return paths(context.workspace().project(), output.toString(StandardCharsets.UTF_8));
    }

    private static Collection<Path> paths(Path root, String output) {
        var paths = new ArrayList<Path>();
        for (var name : output.split("\0", -1)) {
            var path = Path.of(name).normalize();
            // A name may end in a slash (another repository) or be cut at the end; only real files count.
            if (!name.isEmpty() && !path.isAbsolute() && !path.startsWith("..") && isPlain(root.resolve(path))) {
                paths.add(path);
            }
        }
        return paths;
    }

    private static boolean isPlain(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(path);
    }
}
