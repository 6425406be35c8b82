package dev.tandem.server.deliver;

import dev.tandem.host.ArchiveLimits;
import dev.tandem.host.Archives;
import dev.tandem.host.UnpackOutcome;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.ObjectStore;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Release bundles: taken in once, never changed. Safe for use by many threads. */
@Component
public final class ReleaseBundles {
    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);
    private static final int MOST_EXPIRED = 500;
    private static final long MEGABYTE = 1024 * 1024;

    private final Database database;
    private final ObjectStore objects;
    private final Settings settings;
    private final RolloutTimes times;
    private final Clock clock;

    ReleaseBundles(Database database, ObjectStore objects, Settings settings, RolloutTimes times, Clock clock) {
        this.times = times;
        this.database = database;
        this.objects = objects;
        this.settings = settings;
        this.clock = clock;
    }

    /** How taking in a bundle ended. */
    public sealed interface Upload {
        /** @param created false when the same bundle was there before */
        record Stored(ReleaseBundle bundle, boolean created) implements Upload {}

        record TooLarge(long limitBytes) implements Upload {}

        /** The bytes are not what they are called, or hold what no honest bundle holds. */
        record Rejected(String reason) implements Upload {}
    }

    /** One that can be run. */
    public Optional<ReleaseBundle> find(long projectId, String sha256) {
        return database.read(sql -> new BundleStore(sql).find(projectId, sha256))
                .filter(bundle -> bundle.expiredAt() == null);
    }

    /** What keeps a bundle on record from being run, with how to mend it; empty when nothing does. */
    Optional<String> problem(ReleaseBundle bundle) {
        return database.read(sql -> problem(sql, bundle.id()));
    }

    /** The same within a transaction: nothing can take it away before its end. */
    Optional<String> problem(DSLContext sql, long bundleId) {
        BundleStore store = new BundleStore(sql);
        ReleaseBundle bundle = store.find(bundleId).orElseThrow();
        try {
            if (bundle.expiredAt() == null
                    && objects.size(store.objectKey(bundleId).orElseThrow()).isPresent()) {
                return Optional.empty();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("it cannot be seen whether bundle " + bundle.sha256() + " is there", e);
        }
        return Optional.of(gone(bundle));
    }

    private static String gone(ReleaseBundle bundle) {
        Instant expired = bundle.expiredAt();
        String since = expired == null ? "" : "; it expired on " + LocalDate.ofInstant(expired, ZoneOffset.UTC);
        String commit = bundle.commitSha();
        String mend = commit == null
                ? " Deploy what it was made of once more: tandem deploy --from DIR uploads it again."
                : " Deploy its commit " + commit.substring(0, Math.min(8, commit.length()))
                        + " once more, by running its pipeline or by tandem deploy --from DIR; that uploads it again.";
        return "The bytes of bundle " + bundle.sha256() + " are not kept any more" + since + "." + mend;
    }

    /**
     * Takes in a bundle, reading {@code content} to its end; durable on return. The same bundle again changes nothing.
     *
     * @param sha256 64 lower-case hex digits
     */
    public Upload accept(
            long projectId, String sha256, @Nullable Long jobId, @Nullable String commitSha, InputStream content)
            throws IOException {
        Optional<ReleaseBundle> known = find(projectId, sha256);
        return known.isPresent()
                ? repeated(known.get(), content)
                : stored(projectId, sha256, jobId, commitSha, content);
    }

    private Upload repeated(ReleaseBundle known, InputStream content) throws IOException {
        DigestInputStream digesting = new DigestInputStream(content, sha256());
        byte[] buffer = new byte[64 * 1024];
        long size = 0;
        for (int n = digesting.read(buffer); n >= 0; n = digesting.read(buffer)) {
            size += n;
            if (size > limit()) {
                return new Upload.TooLarge(limit());
            }
        }
        String actual = HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        return actual.equals(known.sha256()) ? new Upload.Stored(known, false) : mismatch(known.sha256(), actual);
    }

    private Upload stored(
            long projectId, String sha256, @Nullable Long jobId, @Nullable String commitSha, InputStream content)
            throws IOException {
        String key = "bundles/" + projectId + "/" + UUID.randomUUID();
        database.write(tx -> {
            new BundleStore(tx.sql()).uploading(key, clock.instant());
            return true;
        });
        boolean kept = false;
        try {
            ObjectStore.Stored stored = objects.put(key, content, limit());
            Upload.Rejected rejected =
                    stored.sha256().equals(sha256) ? problem(key) : mismatch(sha256, stored.sha256());
            if (rejected != null) {
                return rejected;
            }
            kept = database.write(tx -> new BundleStore(tx.sql())
                    .insert(projectId, sha256, key, jobId, commitSha, stored.sizeBytes(), clock.instant()));
            return new Upload.Stored(find(projectId, sha256).orElseThrow(), kept);
        } catch (ObjectStore.TooLargeException e) {
            return new Upload.TooLarge(limit());
        } finally {
            if (!kept) {
                discard(key);
            }
        }
    }

    private static Upload.Rejected mismatch(String called, String actual) {
        return new Upload.Rejected(
                "The bytes have the SHA-256 " + actual + ", not " + called
                        + " as the address says. They were damaged on their way or changed while they were read; send them again.");
    }

    /** Unpacks it for a look, by the same code as the agent's; null when all is well. */
    private Upload.@Nullable Rejected problem(String key) throws IOException {
        Path parent = settings.data().resolve("tmp");
        Files.createDirectories(parent);
        Path folder = Files.createTempDirectory(parent, "bundle-");
        try (InputStream content = objects.get(key).orElseThrow()) {
            return switch (Archives.unpackTarGz(content, folder, ArchiveLimits.DEFAULT)) {
                case UnpackOutcome.Refused refused ->
                    new Upload.Rejected("The bundle is refused because " + refused.reason()
                            + (refused.entry().isEmpty() ? "." : ": \"" + refused.entry() + "\"."));
                case UnpackOutcome.Unpacked unpacked ->
                    Files.isRegularFile(folder.resolve("Procfile"))
                            ? null
                            : new Upload.Rejected("The bundle has no Procfile at its top. Add one with a line such as"
                                    + " \"web: java -jar app.jar\".");
            };
        } finally {
            deleteTree(folder);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path inner, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(inner);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * The bytes of a bundle which that agent should run now; the caller closes them. Empty for any other.
     *
     * @param sha256 64 lower-case hex digits
     */
    public Optional<InputStream> openForAgent(long agentId, String sha256) throws IOException {
        Optional<String> key = database.read(sql -> new BundleStore(sql).objectKeyForAgent(agentId, sha256));
        return key.isEmpty() ? Optional.empty() : objects.get(key.get());
    }

    /** Removes what no bundle names: of uploads that a dead server never finished, of projects that are gone. */
    void removeAbandoned() {
        database.read(sql -> new BundleStore(sql).orphans(clock.instant().minus(ABANDONED_AFTER), 100))
                .forEach(this::discard);
    }

    /** Its project is gone, and its bundles with it. Safe to repeat. */
    void removeOfProject(long projectId) {
        database.read(sql -> new BundleStore(sql).orphansOf(projectId)).forEach(this::discard);
    }

    /** Removes the bytes of bundles that nobody used for long, and that no environment runs or would go back to. */
    void expire() {
        if (settings.bundleExpireDays() == 0) {
            return;
        }
        Instant moment = clock.instant().minus(Duration.ofDays(settings.bundleExpireDays()));
        List<ReleaseBundle> idle = database.read(sql -> {
            Set<Long> needed = RollbackTarget.bundles(sql, times);
            return new BundleStore(sql)
                    .idleSince(moment, MOST_EXPIRED).stream()
                            .filter(bundle -> !needed.contains(bundle.id()))
                            .toList();
        });
        idle.forEach(this::expire);
    }

    private void expire(ReleaseBundle bundle) {
        Optional<String> key = database.write(tx -> {
            BundleStore store = new BundleStore(tx.sql());
            boolean free = !RollbackTarget.bundles(tx.sql(), times).contains(bundle.id());
            return free && store.expire(bundle.id(), clock.instant())
                    ? store.objectKey(bundle.id())
                    : Optional.<String>empty();
        });
        key.ifPresent(this::discard);
    }

    private void discard(String key) {
        try {
            objects.delete(key);
        } catch (IOException e) {
            throw new UncheckedIOException("an unfinished upload cannot be removed", e);
        }
        database.write(tx -> {
            new BundleStore(tx.sql()).forget(key);
            return true;
        });
    }

    private long limit() {
        return settings.maxArtifactMegabytes() * MEGABYTE;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
