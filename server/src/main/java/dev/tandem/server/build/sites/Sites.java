package dev.tandem.server.build.sites;

import dev.tandem.pipeline.plan.Durations;
import dev.tandem.pipeline.plan.Pages;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.artifacts.ArchiveView;
import dev.tandem.server.build.artifacts.JobArtifacts;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.SiteRecord;
import dev.tandem.server.build.store.SiteStore;
import dev.tandem.server.code.ProjectLeftovers;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.ObjectStore;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.Tx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Publishes folders of jobs and finds their files. Safe for use by many threads. */
public final class Sites implements ProjectLeftovers {
    private static final int MOST_FILES = 10_000;
    private static final int MOST_SITES = 100;
    private static final int LONGEST_PREFIX = 63;
    private static final int LONGEST_PATH = 1000;
    private static final int BATCH = 1000;
    /** How long a site below a prefix stays when the job does not say; the one at the root stays. As in GitLab. */
    private static final Duration PREFIX_LIFE = Duration.ofHours(24);

    private final Database database;
    private final SiteStore store;
    private final JobStore jobs;
    private final JobArtifacts artifacts;
    private final ArchiveView archives;
    private final ObjectStore objects;
    private final Settings settings;
    private final DurableTask<Expiry> expiry;
    private final DurableTask<Leftovers> removal;
    private final Clock clock;

    /** The end of a site's time. */
    public record Expiry(long siteId) {}

    /** Objects that no site needs any more. */
    public record Leftovers(List<String> objectKeys) {
        public Leftovers {
            objectKeys = List.copyOf(objectKeys);
        }
    }

    public Sites(
            Database database,
            SiteStore store,
            JobStore jobs,
            JobArtifacts artifacts,
            ArchiveView archives,
            ObjectStore objects,
            Settings settings,
            DurableTask<Expiry> expiry,
            DurableTask<Leftovers> removal,
            Clock clock) {
        this.database = database;
        this.store = store;
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.archives = archives;
        this.objects = objects;
        this.settings = settings;
        this.expiry = expiry;
        this.removal = removal;
        this.clock = clock;
    }

    /** A file of a site and where the site begins in the address. */
    public record Found(SiteRecord site, SiteRecord.File file) {}

    /** Makes the site of a job that is over, if it wants one. Safe to repeat: a job publishes once. */
    public void publish(long jobId) {
        Optional<JobRecord> job =
                database.read(sql -> jobs.find(sql, jobId)).filter(found -> found.status() == JobStatus.SUCCESS);
        Pages pages = job.isEmpty()
                ? null
                : database.read(sql -> jobs.plan(sql, jobId)).pages();
        if (pages == null || database.read(sql -> store.ofJob(sql, jobId)).isPresent()) {
            return;
        }
        try {
            Optional<String> why = publish(job.orElseThrow(), pages);
            why.ifPresent(text -> database.write(tx -> {
                store.refuse(tx.sql(), jobId, text);
                return text;
            }));
        } catch (IOException e) {
            throw new UncheckedIOException("the site of job " + jobId, e);
        }
    }

    /** @return why nothing was published, as a word that pages put into a sentence */
    private Optional<String> publish(JobRecord job, Pages pages) throws IOException {
        Optional<ArtifactRecord> archive = artifacts.find(job.id(), "archive");
        if (archive.isEmpty()) {
            return Optional.of("no-artifacts");
        }
        Unpacking unpacking = new Unpacking(job);
        boolean readable = archives.walk(archive.get(), folder(pages.publish()), unpacking);
        if (readable && unpacking.problem == null && unpacking.files.isEmpty()) {
            unpacking.problem = "no-files";
        }
        String problem = readable ? unpacking.problem : "no-zip";
        if (problem == null) {
            problem = database.write(tx -> store(tx, job, pages, unpacking)).orElse(null);
        }
        if (problem != null) {
            for (SiteRecord.File file : unpacking.files) {
                objects.delete(file.objectKey());
            }
        }
        return Optional.ofNullable(problem);
    }

    private Optional<String> store(Tx tx, JobRecord job, Pages pages, Unpacking unpacked) {
        String prefix = prefix(pages.pathPrefix());
        Optional<SiteRecord> old = store.find(tx.sql(), job.projectId(), prefix);
        if (old.isPresent() && old.get().pipelineId() > job.pipelineId()) {
            return Optional.of("newer");
        }
        if (old.isEmpty() && store.count(tx.sql(), job.projectId()) >= MOST_SITES) {
            return Optional.of("many-sites");
        }
        old.ifPresent(site -> remove(tx, site));
        Instant now = clock.instant();
        SiteRecord wanted = new SiteRecord(
                0,
                job.projectId(),
                prefix,
                job.pipelineId(),
                job.id(),
                unpacked.bytes,
                now,
                end(pages.expireIn(), prefix, now));
        SiteRecord stored = store.insert(tx.sql(), wanted, unpacked.files);
        Instant end = stored.expiresAt();
        if (end != null) {
            tx.schedule(expiry, "site-" + stored.id(), new Expiry(stored.id()), end);
        }
        return Optional.empty();
    }

    /** Removes a site whose time is over. Safe to repeat. */
    public void expire(Expiry due) {
        database.write(tx -> {
            store.find(tx.sql(), due.siteId()).filter(this::isOver).ifPresent(site -> remove(tx, site));
            return due;
        });
    }

    /** Removes bytes that no site needs any more. Safe to repeat. */
    public void remove(Leftovers leftovers) {
        try {
            for (String key : leftovers.objectKeys()) {
                objects.delete(key);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("files of a site that is gone", e);
        }
    }

    @Override
    public void note(Tx tx, long projectId) {
        schedule(tx, store.objectKeysOfProject(tx.sql(), projectId), "project-" + projectId);
    }

    /**
     * The file of an address below a project's sites; of a folder, its {@code index.html}.
     *
     * @param path {@code guide/start.html}, decoded; a first segment that is a prefix leads to that site
     */
    public Optional<Found> find(long projectId, String path) {
        int slash = path.indexOf('/');
        String first = slash < 0 ? path : path.substring(0, slash);
        Optional<SiteRecord> below = first.isEmpty() ? Optional.empty() : site(projectId, first);
        Optional<SiteRecord> site = below.or(() -> site(projectId, ""));
        String rest = below.isPresent() ? slash < 0 ? "" : path.substring(slash + 1) : path;
        String wanted = rest.isEmpty() || rest.endsWith("/") ? rest + "index.html" : rest;
        return site.flatMap(found ->
                database.read(sql -> store.file(sql, found.id(), wanted)).map(file -> new Found(found, file)));
    }

    /** Whether an address without a slash at its end is that of a folder. */
    public boolean isFolder(long projectId, String path) {
        return !path.endsWith("/") && find(projectId, path + "/").isPresent();
    }

    /** The bytes of a file; the caller closes them. */
    public Optional<InputStream> open(SiteRecord.File file) throws IOException {
        return objects.get(file.objectKey());
    }

    /** What a job published, while nothing newer took its place. */
    public Optional<SiteRecord> ofJob(long jobId) {
        return database.read(sql -> store.ofJob(sql, jobId)).filter(site -> !isOver(site));
    }

    /** Why a job that wanted to publish did not, as a word. */
    public Optional<String> refusal(long jobId) {
        return database.read(sql -> store.refusal(sql, jobId));
    }

    private Optional<SiteRecord> site(long projectId, String prefix) {
        return database.read(sql -> store.find(sql, projectId, prefix)).filter(site -> !isOver(site));
    }

    private boolean isOver(SiteRecord site) {
        Instant end = site.expiresAt();
        return end != null && !end.isAfter(clock.instant());
    }

    private void remove(Tx tx, SiteRecord site) {
        schedule(tx, store.objectKeys(tx.sql(), site.id()), "site-" + site.id());
        store.delete(tx.sql(), site.id());
    }

    private void schedule(Tx tx, List<String> keys, String instance) {
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<String> some = keys.subList(from, Math.min(from + BATCH, keys.size()));
            tx.schedule(removal, instance + "-" + from, new Leftovers(some), clock.instant());
        }
    }

    private static @Nullable Instant end(@Nullable String expireIn, String prefix, Instant now) {
        if ("never".equals(expireIn) || (expireIn == null && prefix.isEmpty())) {
            return null;
        }
        return now.plus(Optional.ofNullable(expireIn).flatMap(Durations::parse).orElse(PREFIX_LIFE));
    }

    /** GitLab's rule: lower case, anything but letters, digits and dots is a hyphen, none of these at the ends. */
    static String prefix(String written) {
        String plain = written.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]", "-");
        return plain.substring(0, Math.min(plain.length(), LONGEST_PREFIX)).replaceAll("^[-.]+|[-.]+$", "");
    }

    /** As it stands in an archive: {@code public/}. */
    private static String folder(String publish) {
        String plain = publish.replaceAll("^(\\./)+|/+$", "");
        return plain.isEmpty() || plain.equals(".") ? "" : plain + "/";
    }

    /** Stores file after file under keys that a repetition uses again. */
    private final class Unpacking implements ArchiveView.Visit {
        private final JobRecord job;
        private final List<SiteRecord.File> files = new ArrayList<>();
        private long bytes;
        private @Nullable String problem;

        private Unpacking(JobRecord job) {
            this.job = job;
        }

        @Override
        public boolean file(String path, InputStream content) throws IOException {
            if (path.length() > LONGEST_PATH || files.size() >= MOST_FILES) {
                problem = files.size() >= MOST_FILES ? "many-files" : "long-path";
                return false;
            }
            String key = "sites/" + job.projectId() + "/" + job.id() + "/" + files.size();
            long limit = settings.maxArtifactMegabytes() * 1024L * 1024;
            try {
                ObjectStore.Stored stored = objects.put(key, content, limit - bytes);
                bytes += stored.sizeBytes();
                files.add(new SiteRecord.File(path, key, stored.sizeBytes()));
                return true;
            } catch (ObjectStore.TooLargeException e) {
                problem = "large";
                return false;
            }
        }
    }
}
