package dev.tandem.runner;

import dev.tandem.host.Sandbox;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a runner needs to know.
 *
 * @param url address of the coordinator, a path prefix included, without /api/v4
 * @param token the runner's token
 * @param systemId name of this process among those that share the token; the same after each restart
 * @param name shown at the head of each job's log
 * @param concurrency jobs at a time, 1 to 150
 * @param work folder for working copies, caches and logs under way; one runner at a time, nobody else writes there
 * @param sandbox how jobs are kept apart
 * @param firstUid jobs of slot n run as firstUid + n when this process is root
 * @param readable further paths that jobs may read
 * @param programs folders put at the head of every job's PATH
 * @param environment variables for every job, weaker than those of the coordinator
 * @param outputLimitBytes what is kept of a job's log
 * @param shutdownLimit how long {@link TandemRunner#close} waits for the last reports of aborted jobs
 * @param containers runs jobs that name an image; null: images are ignored, with a word in the job's log
 */
public record RunnerConfig(
        URI url,
        String token,
        String systemId,
        String name,
        int concurrency,
        Path work,
        Sandbox sandbox,
        int firstUid,
        List<Path> readable,
        List<Path> programs,
        Map<String, String> environment,
        long outputLimitBytes,
        Duration shutdownLimit,
        @Nullable Containers containers) {
    /** Between the uids that Debian, systemd and homed give away; the agent's services have those from 60,800. */
    public static final int DEFAULT_FIRST_UID = 60_610;

    /** Our pages stay smooth with 50 MB; a job that writes twice that has gone wrong. */
    public static final long DEFAULT_OUTPUT_LIMIT_BYTES = 100L << 20;

    private static final int MAX_CONCURRENCY = 150;

    public RunnerConfig {
        readable = List.copyOf(readable);
        programs = List.copyOf(programs);
        environment = Map.copyOf(environment);
        work = work.toAbsolutePath().normalize();
        if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
            throw new IllegalArgumentException(
                    "concurrency must be from 1 to " + MAX_CONCURRENCY + ", not " + concurrency);
        }
        if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw new IllegalArgumentException("the coordinator's url must begin with http:// or https://: " + url);
        }
    }

    /** With two jobs at a time, nothing extra to read, and the defaults for the rest. */
    public static RunnerConfig of(URI url, String token, String systemId, Path work, Sandbox sandbox) {
        return new RunnerConfig(
                url,
                token,
                systemId,
                "built-in",
                2,
                work,
                sandbox,
                DEFAULT_FIRST_UID,
                List.of(),
                List.of(),
                Map.of(),
                DEFAULT_OUTPUT_LIMIT_BYTES,
                Duration.ofSeconds(30),
                null);
    }

    public RunnerConfig withName(String shown) {
        return new RunnerConfig(
                url,
                token,
                systemId,
                shown,
                concurrency,
                work,
                sandbox,
                firstUid,
                readable,
                programs,
                environment,
                outputLimitBytes,
                shutdownLimit,
                containers);
    }

    public RunnerConfig withFirstUid(int uid) {
        return new RunnerConfig(
                url,
                token,
                systemId,
                name,
                concurrency,
                work,
                sandbox,
                uid,
                readable,
                programs,
                environment,
                outputLimitBytes,
                shutdownLimit,
                containers);
    }

    public RunnerConfig withConcurrency(int jobs) {
        return new RunnerConfig(
                url,
                token,
                systemId,
                name,
                jobs,
                work,
                sandbox,
                firstUid,
                readable,
                programs,
                environment,
                outputLimitBytes,
                shutdownLimit,
                containers);
    }

    public RunnerConfig withReadable(List<Path> paths) {
        return new RunnerConfig(
                url,
                token,
                systemId,
                name,
                concurrency,
                work,
                sandbox,
                firstUid,
                paths,
                programs,
                environment,
                outputLimitBytes,
                shutdownLimit,
                containers);
    }

    public RunnerConfig withPrograms(List<Path> folders) {
        return new RunnerConfig(
                url,
                token,
                systemId,
                name,
                concurrency,
                work,
                sandbox,
                firstUid,
                readable,
                folders,
                environment,
                outputLimitBytes,
                shutdownLimit,
                containers);
    }

    public RunnerConfig withEnvironment(Map<String, String> variables) {
        return new RunnerConfig(
                url,
                token,
                systemId,
                name,
                concurrency,
                work,
                sandbox,
                firstUid,
                readable,
                programs,
                variables,
                outputLimitBytes,
                shutdownLimit,
                containers);
    }

    public RunnerConfig withOutputLimitBytes(long bytes) {
        return new RunnerConfig(
                url,
                token,
                systemId,
                name,
                concurrency,
                work,
                sandbox,
                firstUid,
                readable,
                programs,
                environment,
                bytes,
                shutdownLimit,
                containers);
    }

    public RunnerConfig withShutdownLimit(Duration limit) {
        return new RunnerConfig(
                url,
                token,
                systemId,
                name,
                concurrency,
                work,
                sandbox,
                firstUid,
                readable,
                programs,
                environment,
                outputLimitBytes,
                limit,
                containers);
    }

    public RunnerConfig withContainers(@Nullable Containers engine) {
        return new RunnerConfig(
                url,
                token,
                systemId,
                name,
                concurrency,
                work,
                sandbox,
                firstUid,
                readable,
                programs,
                environment,
                outputLimitBytes,
                shutdownLimit,
                engine);
    }

    /** Secrets stay out of logs. */
    @Override
    public String toString() {
        return "RunnerConfig[url=" + url + ", systemId=" + systemId + ", name=" + name + ", concurrency=" + concurrency
                + ", work=" + work + "]";
    }
}
