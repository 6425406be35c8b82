package dev.tandem.server.build.artifacts;

import dev.tandem.pipeline.plan.Durations;
import dev.tandem.pipeline.rule.Dotenv;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.build.store.ArtifactStore;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.ReportStore;
import dev.tandem.server.build.store.TestReport;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.ObjectStore;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes in, hands out and throws away artifacts. Safe for use by many threads. */
public final class JobArtifacts {
    private static final Logger LOG = LoggerFactory.getLogger(JobArtifacts.class);
    private static final Duration DEFAULT_LIFE = Duration.ofDays(30);
    private static final int SWEEP = 500;
    private static final int REPORT_LIMIT = 64 * 1024 * 1024;
    private static final Pattern TYPE = Pattern.compile("[a-z_]{1,60}");

    private final Database database;
    private final ArtifactStore store;
    private final ReportStore reports;
    private final ObjectStore objects;
    private final Settings settings;
    private final DurableTask<Expiry> expiry;
    private final Clock clock;

    /** The end of one artifact's time. */
    public record Expiry(long artifactId) {}

    public JobArtifacts(
            Database database,
            ArtifactStore store,
            ReportStore reports,
            ObjectStore objects,
            Settings settings,
            DurableTask<Expiry> expiry,
            Clock clock) {
        this.database = database;
        this.store = store;
        this.reports = reports;
        this.objects = objects;
        this.settings = settings;
        this.expiry = expiry;
        this.clock = clock;
    }

    /** What is said of a file that comes in. */
    public record Upload(
            String type,
            String format,
            String filename,
            @Nullable String expireIn) {}

    /** What came of it. */
    public sealed interface Intake {
        record Stored(ArtifactRecord artifact) implements Intake {}

        record TooLarge() implements Intake {}

        record Refused(String why) implements Intake {}
    }

    /** Stores a file of a job; reports are read at once. An earlier file of the same type is replaced. */
    public Intake take(JobRecord job, Upload upload, InputStream content) throws IOException {
        if (!TYPE.matcher(upload.type()).matches()
                || ArtifactFormat.ofWire(upload.format()).isEmpty()) {
            return new Intake.Refused(
                    "Artifacts of type " + upload.type() + " as " + upload.format() + " are not accepted");
        }
        String key = "artifacts/" + job.id() / 1000 + "/" + job.id() + "/" + upload.type() + "-" + UUID.randomUUID();
        ObjectStore.Stored stored;
        try {
            stored = objects.put(key, content, settings.maxArtifactMegabytes() * 1024L * 1024);
        } catch (ObjectStore.TooLargeException e) {
            return new Intake.TooLarge();
        }
        try {
            Optional<String> problem = readReport(job, upload, key);
            if (problem.isPresent()) {
                objects.delete(key);
                return new Intake.Refused(problem.get());
            }
            return new Intake.Stored(keep(job, upload, key, stored));
        } catch (RuntimeException e) {
            // Without a row (the project may be gone by now) nobody would ever find these bytes again.
            objects.delete(key);
            throw e;
        }
    }

    public Optional<ArtifactRecord> find(long jobId, String type) {
        return database.read(sql -> store.find(sql, jobId, type)).filter(artifact -> !expired(artifact));
    }

    /** The bytes; the caller closes them. */
    public Optional<InputStream> open(ArtifactRecord artifact) throws IOException {
        return objects.get(artifact.objectKey());
    }

    /** Removes one whose time is over. What is kept meanwhile, or still the newest of its ref, stays. Safe to repeat. */
    public void expire(Expiry due) {
        database.read(sql -> store.find(sql, due.artifactId()))
                .filter(this::expired)
                .ifPresent(this::remove);
    }

    /**
     * Removes what expired while the newest successful pipeline of its ref still needed it, and no longer does. Safe to
     * repeat.
     */
    public void removeExpired() {
        long after = 0;
        List<ArtifactRecord> some;
        do {
            long from = after;
            some = database.read(sql -> store.expired(sql, clock.instant(), from, SWEEP));
            for (ArtifactRecord artifact : some) {
                if (!isKept(artifact)) {
                    remove(artifact);
                }
                after = artifact.id();
            }
        } while (some.size() == SWEEP);
    }

    /** Takes the end off all artifacts of a job. @return whether there were any */
    public boolean keep(long jobId) {
        return database.write(tx -> {
            store.keep(tx.sql(), jobId);
            return !store.ofJobs(tx.sql(), List.of(jobId)).isEmpty();
        });
    }

    /** Removes all artifacts of a job at once. */
    public void removeAll(long jobId) {
        database.read(sql -> store.ofJobs(sql, List.of(jobId))).forEach(this::remove);
    }

    /** Removes the bytes first: a row without bytes is found again, bytes without a row never. */
    private void remove(ArtifactRecord artifact) {
        try {
            objects.delete(artifact.objectKey());
        } catch (IOException e) {
            LOG.warn("artifact {} cannot be removed", artifact.objectKey(), e);
            return;
        }
        database.write(tx -> {
            store.delete(tx.sql(), artifact.id());
            return artifact;
        });
    }

    private boolean expired(ArtifactRecord artifact) {
        Instant end = artifact.expiresAt();
        return end != null && !end.isAfter(clock.instant()) && !isKept(artifact);
    }

    private boolean isKept(ArtifactRecord artifact) {
        return database.read(sql -> store.isOfLatestSuccess(sql, artifact));
    }

    private ArtifactRecord keep(JobRecord job, Upload upload, String key, ObjectStore.Stored stored)
            throws IOException {
        Instant now = clock.instant();
        Optional<ArtifactRecord> old = database.read(sql -> store.find(sql, job.id(), upload.type()));
        ArtifactRecord wanted = new ArtifactRecord(
                0,
                job.id(),
                job.projectId(),
                upload.type(),
                upload.format(),
                filename(upload.filename()),
                stored.sizeBytes(),
                stored.sha256(),
                key,
                expiry(upload.expireIn(), now),
                now);
        ArtifactRecord artifact = database.write(tx -> {
            ArtifactRecord row = store.replace(tx.sql(), wanted);
            Instant end = row.expiresAt();
            if (end != null) {
                tx.schedule(expiry, "artifact-" + row.id(), new Expiry(row.id()), end);
            }
            return row;
        });
        if (old.isPresent()) {
            objects.delete(old.get().objectKey());
        }
        return artifact;
    }

    static @Nullable Instant expiry(@Nullable String expireIn, Instant now) {
        if ("never".equals(expireIn)) {
            return null;
        }
        Duration life = Optional.ofNullable(expireIn).flatMap(Durations::parse).orElse(DEFAULT_LIFE);
        return now.plus(life);
    }

    /** A name for downloads only; it is never used as a path here. */
    private static String filename(String given) {
        String last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
        String safe = last.replaceAll("[^A-Za-z0-9._ -]", "_");
        return safe.isBlank() ? "artifacts" : safe.substring(0, Math.min(safe.length(), 200));
    }

    private Optional<String> readReport(JobRecord job, Upload upload, String key) throws IOException {
        return switch (upload.type()) {
            case "junit" -> {
                TestReport report = tests(key);
                database.write(tx -> {
                    reports.replaceTests(tx.sql(), job.id(), report);
                    return job;
                });
                yield Optional.empty();
            }
            case "dotenv" -> dotenv(job, key);
            default -> Optional.empty();
        };
    }

    /** A report that cannot be read fails nobody's job; the page says why it is missing. */
    private TestReport tests(String key) throws IOException {
        try (InputStream bytes = objects.get(key).orElseThrow()) {
            return JUnitReports.read(GzipMembers.read(bytes, REPORT_LIMIT));
        } catch (IOException e) {
            return TestReport.unreadable("The JUnit report cannot be read: " + e.getMessage());
        }
    }

    private Optional<String> dotenv(JobRecord job, String key) throws IOException {
        List<byte[]> files;
        try (InputStream bytes = objects.get(key).orElseThrow()) {
            files = GzipMembers.read(bytes, REPORT_LIMIT);
        } catch (IOException e) {
            return Optional.of("The dotenv report cannot be read: " + e.getMessage());
        }
        return switch (Dotenv.read(files)) {
            case Dotenv.Outcome.Refused(String why) -> Optional.of(why);
            case Dotenv.Outcome.Read(var variables) -> {
                database.write(tx -> {
                    reports.replaceDotenv(tx.sql(), job.id(), variables);
                    return job;
                });
                yield Optional.empty();
            }
        };
    }
}
