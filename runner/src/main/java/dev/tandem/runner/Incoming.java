package dev.tandem.runner;

import dev.tandem.host.ArchiveLimits;
import dev.tandem.host.Archives;
import dev.tandem.host.UnpackOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Lays the content of an archive over the working copy. It is unpacked where no job can reach and then copied inside
 * the sandbox, so that a link which a job planted in its working copy leads only to where the job itself may write.
 */
final class Incoming {
    private final JobContext context;

    Incoming(JobContext context) {
        this.context = context;
    }

    void layOver(Path zip, String what) throws JobStopped, StageFailed, IOException {
        var folder = context.workspace().exchange().resolve("incoming");
        Folders.delete(folder);
        Files.createDirectory(folder);
        try {
            switch (Archives.unpackZip(zip, folder, ArchiveLimits.DEFAULT)) {
                case UnpackOutcome.Refused refused ->
                    throw new StageFailed(
                            FailureReasons.SCRIPT,
                            1,
                            what + " refused because of \"" + refused.entry() + "\": " + refused.reason());
                case UnpackOutcome.Unpacked unpacked -> copy(folder, what);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private void copy(Path folder, String what) throws JobStopped, StageFailed, IOException {
        context.workspace().giveAwayTree(folder);
        var script = "exec cp -a --remove-destination " + ShellScript.quoted(folder + "/.") + " .";
        var ended = context.shell()
                .run(
                        JobControl.Phase.PREPARING,
                        "unpack",
                        script,
                        Map.of("PATH", "/usr/bin:/bin"),
                        context.log()::write,
                        Duration.ofHours(1),
                        List.of(folder));
        if (!ended.equals(new StageShell.Ended.Exit(0))) {
            throw new StageFailed(FailureReasons.SCRIPT, 1, what + " could not be copied to the working copy");
        }
    }
}
