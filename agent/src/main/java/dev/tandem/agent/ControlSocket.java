package dev.tandem.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * Where the proxy's Unix socket lies. The kernel takes paths of some 100 bytes at most, so for a folder with a longer one
 * it lies in a short private folder elsewhere, whose name is written down here.
 */
record ControlSocket(Path folder) {

    private static final String NAME = "control.sock";
    private static final int LONGEST = 100;
    private static final String PRIVATE = "rwx------";

    /** Outlives us, but neither a reboot nor, in the second one, a cleaner of old files: then it is made anew. */
    private static Stream<Path> shortFolders() {
        return Stream.of(Path.of("/run"), Path.of(System.getProperty("java.io.tmpdir")), Path.of("/tmp"));
    }

    /** Makes the folder that it lies in when that is not there. */
    Path path() throws IOException {
        Path own = folder.resolve(NAME);
        return fits(own) ? own : elsewhere().resolve(NAME);
    }

    /** Removes what was made elsewhere. */
    void forget() throws IOException {
        Path record = record();
        if (Files.exists(record)) {
            Path made = Path.of(Files.readString(record).strip());
            if (isOurs(made)) {
                Folders.delete(made);
            }
            Files.delete(record);
        }
    }

    private Path elsewhere() throws IOException {
        Path record = record();
        if (Files.exists(record)) {
            Path made = Path.of(Files.readString(record).strip());
            if (isOurs(made)) {
                return made;
            }
        }
        Path parent = shortFolders()
                .filter(candidate -> Files.isWritable(candidate)
                        && fits(candidate.resolve("tandem-18446744073709551615").resolve(NAME)))
                .findFirst()
                .orElseThrow(() -> new IOException("The path of " + folder + " is too long for the proxy's Unix socket,"
                        + " and neither /run nor /tmp can be written; choose a data folder with a shorter path"));
        Path made = Files.createTempDirectory(
                parent, "tandem-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
        Files.writeString(record, made + "\n");
        return made;
    }

    /** In a folder that all may write, somebody else could have made one of the same name since. */
    private boolean isOurs(Path made) throws IOException {
        return Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(made, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(folder))
                && PosixFilePermissions.toString(Files.getPosixFilePermissions(made, LinkOption.NOFOLLOW_LINKS))
                        .equals(PRIVATE);
    }

    private Path record() {
        return folder.resolve("socket-folder");
    }

    private static boolean fits(Path socket) {
        return socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST;
    }
}
