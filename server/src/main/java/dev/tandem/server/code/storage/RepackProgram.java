package dev.tandem.server.code.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.jgit.internal.storage.file.FileRepository;

/** Packs one repository in a process of its own. Arguments: its folder, and how long packs and objects stay that nothing needs. */
public final class RepackProgram {
    private RepackProgram() {}

    public static void main(String[] arguments) throws IOException {
        OwnProcess.endWithParent();
        RepositoryFolders.useLittleMemory();
        try (FileRepository repository =
                new FileRepository(Path.of(arguments[0]).toFile())) {
            Housekeeping.pack(repository, Duration.parse(arguments[1]), Duration.parse(arguments[2]));
        }
    }
}
