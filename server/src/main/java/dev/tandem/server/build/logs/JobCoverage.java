package dev.tandem.server.build.logs;

import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.ReportStore;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Live;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** Keeps with a finished job the coverage that its log tells. */
public final class JobCoverage {
    private final Database database;
    private final JobStore jobs;
    private final ReportStore reports;
    private final JobLogs logs;
    private final Live live;

    public JobCoverage(Database database, JobStore jobs, ReportStore reports, JobLogs logs, Live live) {
        this.database = database;
        this.jobs = jobs;
        this.reports = reports;
        this.logs = logs;
        this.live = live;
    }

    /** Safe to repeat. Does nothing for a job without {@code coverage}, and for one that is gone. */
    public void measure(long jobId) {
        Optional<String> expression = database.read(sql -> jobs.find(sql, jobId)
                .flatMap(job -> Optional.ofNullable(jobs.plan(sql, jobId).coverage())));
        expression.flatMap(pattern -> read(jobId, pattern)).ifPresent(percent -> keep(jobId, percent));
    }

    private Optional<BigDecimal> read(long jobId, String expression) {
        try (InputStream log = logs.stream(jobId).orElse(InputStream.nullInputStream())) {
            return Coverage.of(log, expression);
        } catch (IOException e) {
            throw new UncheckedIOException("log of job " + jobId, e);
        }
    }

    private void keep(long jobId, BigDecimal percent) {
        boolean kept = database.write(tx -> {
            boolean there = jobs.find(tx.sql(), jobId).isPresent();
            if (there) {
                reports.replaceCoverage(tx.sql(), jobId, percent);
            }
            return there;
        });
        if (kept) {
            live.publish("job/" + jobId, "coverage", Map.of("job", jobId));
        }
    }
}
