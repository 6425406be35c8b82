package dev.tandem.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Where the commands of a job's author run: the sandbox of this machine, or a container. */
interface UserShell {
    /** Begins a script that stops at its first error. */
    ShellScript script(boolean trace);

    /** Runs a script; nothing of it survives. {@code environment} is what this machine would give it. */
    StageShell.Ended run(
            JobControl.Phase phase,
            String name,
            String script,
            Map<String, String> environment,
            StageShell.Sink sink,
            Duration limit)
            throws JobStopped, StageFailed, IOException;
}
