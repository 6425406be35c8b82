package dev.tandem.runner;

import dev.tandem.host.ProcessGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what the jobs of a killed predecessor left running, by the records that it wrote before it started them. */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    static void end(Path folder) throws IOException {
        try (var records = Files.newDirectoryStream(folder, "*.group")) {
            for (var record : records) {
                var group = ProcessGroup.recorded(record);
                var outcome = group.map(ProcessGroup::killLeftovers).orElseGet(ProcessGroup.KillOutcome.Gone::new);
                switch (outcome) {
                    case ProcessGroup.KillOutcome.Gone() -> Files.delete(record);
                    case ProcessGroup.KillOutcome.Survivors(var pids) ->
                        LOG.error("processes {} of an earlier runner's job cannot be killed", pids);
                }
            }
        }
    }
}
