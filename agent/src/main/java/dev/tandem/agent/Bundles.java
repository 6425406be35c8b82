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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Gets bundles, believes only their digest, and unpacks them. */
final class Bundles {

    private static final int MAX_TEXT_BYTES = 256 * 1024;
    private static final int BUFFER = 64 * 1024;
    private static final Duration STALL = Duration.ofSeconds(60);

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
        try (Watched in = new Watched(server.bundle(revision.spec().bundleSha256()));
                OutputStream out = Files.newOutputStream(archive)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                read += n;
                if (read > expected) {
                    throw new Procfile.Refused("The bundle is longer than the " + expected + " bytes announced");
                }
                digest.update(buffer, 0, n);
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

    /** A stream that ends with a fault when nothing comes for a while: the HTTP client bounds only the wait for the head. */
    private static final class Watched implements AutoCloseable {

        private final InputStream in;
        private final Thread watch;
        private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());

        Watched(InputStream in) {
            this.in = in;
            this.watch = Thread.ofVirtual().name("fetch-limit").start(this::watch);
        }

        int read(byte[] buffer) throws IOException {
            int count = in.read(buffer);
            lastNanos.set(System.nanoTime());
            return count;
        }

        @Override
        public void close() throws IOException {
            watch.interrupt();
            in.close();
        }

        private void watch() {
            try {
                while (System.nanoTime() - lastNanos.get() < STALL.toNanos()) {
                    Thread.sleep(STALL.dividedBy(4));
                }
                in.close();
            } catch (InterruptedException | IOException e) {
                // The download ended, well or not; its reader knows.
            }
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
