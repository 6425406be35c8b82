package dev.tandem.runner;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Brings the artifacts of earlier jobs into the working copy. */
final class ArtifactsDownload {
    private static final int ATTEMPTS = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long MAX_BYTES = 10L << 30;

    private final JobContext context;

    ArtifactsDownload(JobContext context) {
        this.context = context;
    }

    void get() throws JobStopped, StageFailed, IOException {
        for (var dependency : context.job().dependencies()) {
            if (dependency.hasArtifacts()) {
                get(dependency);
            }
        }
    }

    private void get(JobPayload.Dependency dependency) throws JobStopped, StageFailed, IOException {
        var what = "The artifacts of " + dependency.name() + " (" + dependency.id() + ") were";
        var archive = context.workspace().exchange().resolve("download.zip");
        var worker = Thread.currentThread();
        context.control().during(JobControl.Phase.PREPARING, worker::interrupt, () -> {
            fetch(dependency, archive);
            return archive;
        });
        new Incoming(context).layOver(archive, what);
        context.log().line("Downloaded the artifacts of " + dependency.name() + " (" + dependency.id() + ")");
        Files.deleteIfExists(archive);
    }

    private void fetch(JobPayload.Dependency dependency, Path archive) throws StageFailed {
        var problem = "";
        for (var attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                var response = context.coordinator().download(dependency);
                try (var body = response.body()) {
                    if (response.status() == 200) {
                        store(body, archive);
                        return;
                    }
                }
                problem = refusal(response.status());
                Thread.sleep(PAUSE);
            } catch (IOException e) {
                problem = e.toString();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failed(dependency, "interrupted");
            }
        }
        throw failed(dependency, problem);
    }

    private static String refusal(int status) throws StageFailed {
        return switch (status) {
            case 401, 403 ->
                throw new StageFailed(FailureReasons.SCRIPT, 1, "The artifacts may not be read by this job.");
            case 404 -> throw new StageFailed(FailureReasons.SCRIPT, 1, "The artifacts are not there any more.");
            default -> "the coordinator answered " + status;
        };
    }

    private static void store(InputStream body, Path archive) throws IOException, StageFailed {
        try (var out = Files.newOutputStream(archive)) {
            var buffer = new byte[64 * 1024];
            var total = 0L;
            for (var read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                total += read;
                if (total > MAX_BYTES) {
                    throw new StageFailed(
                            FailureReasons.SCRIPT, 1, "The artifacts are larger than " + MAX_BYTES + " bytes.");
                }
                out.write(buffer, 0, read);
            }
        }
    }

    private static StageFailed failed(JobPayload.Dependency dependency, String problem) {
        return new StageFailed(
                FailureReasons.SCRIPT,
                1,
                "The artifacts of " + dependency.name() + " (" + dependency.id() + ") could not be downloaded: "
                        + problem);
    }
}
