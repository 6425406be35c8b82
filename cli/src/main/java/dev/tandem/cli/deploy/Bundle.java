package dev.tandem.cli.deploy;

import dev.tandem.host.Archives;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/**
 * A folder packed as a release bundle: the same files give the same bytes, so the same name.
 *
 * @param file deleted by {@link #close}
 */
record Bundle(Path file, String sha256, long sizeBytes, int entries) implements AutoCloseable {

    /** Packs all of {@code folder} but {@code .git}. */
    static Bundle pack(Path folder) throws IOException, Refused {
        if (!Files.isDirectory(folder)) {
            throw new Refused(folder + " is no folder. Give --from: the folder with what is to run.");
        }
        if (!Files.isRegularFile(folder.resolve("Procfile"))) {
            throw new Refused(folder.toAbsolutePath().normalize()
                    + " has no Procfile. Add one with a line such as \"web: java -jar app.jar\", or give --from.");
        }
        Path file = Files.createTempFile("tandem-bundle-", ".tar.gz");
        try {
            Collection<Path> paths = Archives.tree(folder).stream()
                    .filter(path -> !path.startsWith(".git"))
                    .toList();
            MessageDigest digest = digest();
            int entries;
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
                entries = Archives.packTarGz(folder, paths, out);
            }
            return new Bundle(file, HexFormat.of().formatHex(digest.digest()), Files.size(file), entries);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
