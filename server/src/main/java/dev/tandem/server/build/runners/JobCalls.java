package dev.tandem.server.build.runners;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.logs.LogWatchers;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.schedule.JobResult;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Live;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a runner calls about the job it holds: acknowledge, heartbeat, log, result. Section 5 of the runner protocol. */
@RestController
class JobCalls {
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,15})-([0-9]{1,15})?");
    private static final int LARGEST_CHUNK = 8 * 1024 * 1024;
    /** A log that never agrees is taken as it is after so many resends. */
    private static final int MOST_RESENDS = 3;

    private static final Set<String> REASONS = Set.of(
            "script_failure",
            "runner_system_failure",
            "job_execution_timeout",
            "image_pull_failure",
            "runner_configuration_error",
            "runner_external_dependency_failure",
            "runner_interrupted",
            "job_canceled");

    private final Database database;
    private final JobStore jobs;
    private final JobFlow flow;
    private final JobLogs logs;
    private final LogWatchers watchers;
    private final RunningJobs running;
    private final Live live;
    private final Clock clock;
    private final Map<Long, Integer> resends = new ConcurrentHashMap<>();

    JobCalls(
            Database database,
            JobStore jobs,
            JobFlow flow,
            JobLogs logs,
            LogWatchers watchers,
            RunningJobs running,
            Live live,
            Clock clock) {
        this.database = database;
        this.jobs = jobs;
        this.flow = flow;
        this.logs = logs;
        this.watchers = watchers;
        this.running = running;
        this.live = live;
        this.clock = clock;
    }

    @PutMapping("/api/v4/jobs/{job}")
    @Requires(Permission.MACHINE)
    ResponseEntity<Map<String, Object>> update(
            @PathVariable("job") long jobId, Parameters parameters, HttpServletRequest request) {
        Optional<JobRecord> known = find(jobId, token(parameters, request));
        if (known.isEmpty()) {
            return refused(null);
        }
        JobRecord job = known.get();
        running.heard(jobId);
        return switch (parameters.requiredText("state")) {
            case "running", "pending" -> heartbeat(job);
            case "success" -> result(job, new JobResult.Passed(), parameters);
            case "failed" -> result(job, failure(parameters), parameters);
            default -> throw ApiException.malformed("state");
        };
    }

    @PatchMapping("/api/v4/jobs/{job}/trace")
    @Requires(Permission.MACHINE)
    ResponseEntity<Map<String, Object>> trace(@PathVariable("job") long jobId, HttpServletRequest request)
            throws IOException {
        Optional<JobRecord> known = find(jobId, header(request));
        if (known.isEmpty() || !(known.get().status().isActive() || claimed(known.get()))) {
            return refused(known.orElse(null));
        }
        running.heard(jobId);
        Matcher range =
                RANGE.matcher(request.getHeader("Content-Range") == null ? "" : request.getHeader("Content-Range"));
        if (!range.matches()) {
            throw new ApiException(400, "Content-Range must be FIRST-LAST");
        }
        byte[] chunk = request.getInputStream().readNBytes(LARGEST_CHUNK + 1);
        if (chunk.length > LARGEST_CHUNK) {
            throw new ApiException(413, "A chunk of the log may have " + LARGEST_CHUNK + " bytes");
        }
        return switch (logs.append(jobId, Long.parseLong(range.group(1)), chunk)) {
            case JobLogs.Append.Stored(long bytes) -> {
                live.publish("job/" + jobId, "log", Map.of("job", jobId, "bytes", bytes));
                yield answer(202, known.get(), bytes);
            }
            case JobLogs.Append.Gap(long bytes) -> answer(416, known.get(), bytes);
            case JobLogs.Append.TooLong() -> {
                database.write(tx -> flow.finish(tx, jobId, new JobResult.Failed("trace_size_exceeded", 0)));
                yield refused(database.read(sql -> jobs.find(sql, jobId)).orElse(null));
            }
        };
    }

    private ResponseEntity<Map<String, Object>> heartbeat(JobRecord job) {
        if (job.status().isActive()) {
            return answer(200, job, null);
        }
        boolean started = claimed(job) && database.write(tx -> flow.start(tx, job));
        JobRecord now = database.read(sql -> jobs.find(sql, job.id())).orElse(job);
        return started || now.status().isActive() ? answer(200, now, null) : refused(now);
    }

    private ResponseEntity<Map<String, Object>> result(JobRecord job, JobResult result, Parameters parameters) {
        if (job.status().isTerminal()) {
            boolean same = job.status() == (result instanceof JobResult.Passed ? JobStatus.SUCCESS : JobStatus.FAILED);
            return same ? answer(200, job, null) : refused(job);
        }
        if (!job.status().isActive() && !claimed(job)) {
            return refused(job);
        }
        if (!logAgrees(job.id(), parameters)) {
            return answer(412, job, null);
        }
        boolean taken = database.write(tx -> {
            JobRecord now = jobs.find(tx.sql(), job.id()).orElseThrow();
            if (now.status() == JobStatus.PENDING) {
                // It failed before it could acknowledge.
                flow.start(tx, now);
            }
            return flow.finish(tx, job.id(), result);
        });
        resends.remove(job.id());
        JobRecord now = database.read(sql -> jobs.find(sql, job.id())).orElse(job);
        return taken
                ? ResponseEntity.status(200)
                        .header("Job-Status", now.status().wire())
                        .body(Map.of())
                : refused(now);
    }

    /** Length and CRC of what is stored, against what the runner says it sent. */
    private boolean logAgrees(long jobId, Parameters parameters) {
        Optional<Parameters> output = parameters.object("output");
        Optional<Long> bytes = output.flatMap(given -> given.number("bytesize"));
        Optional<String> checksum = output.flatMap(given -> given.text("checksum"));
        boolean agrees = bytes.filter(size -> size != logs.size(jobId)).isEmpty()
                && checksum.filter(sum -> !sum.equals(checksum(jobId))).isEmpty();
        return agrees || resends.merge(jobId, 1, Integer::sum) > MOST_RESENDS;
    }

    private String checksum(long jobId) {
        return "crc32:" + HexFormat.of().toHexDigits(logs.checksum(jobId), 8);
    }

    private static JobResult failure(Parameters parameters) {
        String reason = parameters
                .text("failure_reason")
                .filter(word -> !word.isEmpty())
                .orElse("script_failure");
        long exitCode = parameters.number("exit_code").orElse(0L);
        return new JobResult.Failed(REASONS.contains(reason) ? reason : "unknown_failure", (int)
                Math.clamp(exitCode, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    private boolean claimed(JobRecord job) {
        Instant until = job.claimedUntil();
        return job.status() == JobStatus.PENDING && until != null && until.isAfter(clock.instant());
    }

    private Optional<JobRecord> find(long jobId, String token) {
        return database.read(sql -> jobs.ofToken(sql, Tokens.hash(token))).filter(job -> job.id() == jobId);
    }

    private static String token(Parameters parameters, HttpServletRequest request) {
        String header = header(request);
        return header.isEmpty() ? parameters.text("token").orElse("") : header;
    }

    private static String header(HttpServletRequest request) {
        String header = request.getHeader("JOB-TOKEN");
        return header == null ? "" : header;
    }

    private ResponseEntity<Map<String, Object>> answer(int status, JobRecord job, @Nullable Long logBytes) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status)
                .header("Job-Status", job.status().wire())
                .header("X-GitLab-Trace-Update-Interval", Integer.toString(watchers.updateIntervalSeconds(job.id())));
        if (logBytes != null) {
            answer.header("Range", "0-" + logBytes);
        }
        return answer.body(Map.of());
    }

    /** GitLab's answer for a job that is unknown, over, or another runner's: it makes the runner stop. */
    private static ResponseEntity<Map<String, Object>> refused(@Nullable JobRecord job) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(403);
        if (job != null) {
            answer.header("Job-Status", job.status().wire());
        }
        return answer.body(Map.of("message", "403 Forbidden"));
    }
}
