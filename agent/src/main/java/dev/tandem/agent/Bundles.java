package dev.tandem.agent;

import dev.tandem.host.ArchiveLimits;
import dev.tandem.host.Archives;
import dev.tandem.host.Ownership;
import dev.tandem.host.UnpackOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Gets bundles, believes only their digest, and unpacks them. */
final class Bundles {

    private static final int MAX_TEXT_BYTES = 256 * 1024;
    private static final int BUFFER = 64 * 1024;

    private final ServerLink server;
    private final Folders folders;

    Bundles(ServerLink server, Folders folders) {
        this.server = server;
        this.folders = folders;
    }

    /**
     * Leaves the bundle unpacked in the revision's folder.
     *
     * @throws Procfile.Refused when it can never run
     * @throws IOException when trying again may help
     */
    Procfile fetch(Revision revision) throws IOException, Procfile.Refused, InterruptedException {
        RevisionId id = revision.id();
        Path archive = folders.revision(id).resolve("bundle.tar.gz");
        Path bundle = folders.bundle(id);
        Files.deleteIfExists(archive);
        Folders.delete(bundle);
        download(revision, archive);
        Files.createDirectory(
                bundle, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (InputStream in = Files.newInputStream(archive)) {
            UnpackOutcome outcome = Archives.unpackTarGz(in, bundle, ArchiveLimits.DEFAULT);
            if (outcome instanceof UnpackOutcome.Refused(String entry, String reason)) {
                Folders.delete(bundle);
                throw new Procfile.Refused("The bundle was refused because " + reason
                        + (entry.isEmpty() ? "" : " (entry \"" + entry + "\")"));
            }
        }
        Files.delete(archive);
        Procfile procfile = procfile(id);
        healthChecks(id);
        if (Ownership.possible()) {
            Ownership.giveTree(bundle, revision.uid());
        }
        return procfile;
    }

    Procfile procfile(RevisionId id) throws IOException, Procfile.Refused {
        Path file = folders.bundle(id).resolve("Procfile");
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new Procfile.Refused(
                    "The bundle has no Procfile at its root; add one with a line such as \"web: ./serve\"");
        }
        return Procfile.parse(text(file));
    }

    HealthChecks healthChecks(RevisionId id) throws IOException, Procfile.Refused {
        Path file = folders.bundle(id).resolve("app.json");
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? HealthChecks.parse(text(file))
                : HealthChecks.DEFAULT;
    }

    private static String text(Path file) throws IOException, Procfile.Refused {
        if (Files.size(file) > MAX_TEXT_BYTES) {
            throw new Procfile.Refused(file.getFileName() + " is larger than " + MAX_TEXT_BYTES + " bytes");
        }
        return Files.readString(file);
    }

    private void download(Revision revision, Path archive) throws IOException, Procfile.Refused, InterruptedException {
        MessageDigest digest = sha256();
        long expected = revision.spec().bundleSizeBytes();
        long read = 0;
        try (InputStream in =
                        new DigestInputStream(server.bundle(revision.spec().bundleSha256()), digest);
                OutputStream out = Files.newOutputStream(archive)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                read += n;
                if (read > expected) {
                    throw new Procfile.Refused("The bundle is longer than the " + expected + " bytes announced");
                }
                out.write(buffer, 0, n);
            }
        }
        if (read < expected) {
            throw new IOException("the bundle ended after " + read + " of " + expected + " bytes");
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(revision.spec().bundleSha256())) {
            throw new Procfile.Refused("The bundle's SHA-256 is " + found + ", not as announced");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
