package dev.tandem.runner;

import dev.tandem.pipeline.rule.Dotenv;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;

/** Keeps logs, artifacts and results of local jobs in a folder. Says yes to everything. */
final class LocalCoordinator implements Coordinator {
    static final String ARCHIVE = "archive";

    private static final String DOTENV = "dotenv";
    private static final int MOST_DOTENV = 1 << 20;

    private final Path folder;
    private final Map<Long, Map<String, String>> dotenv = new ConcurrentHashMap<>();
    private final Map<Long, JobResult> results = new ConcurrentHashMap<>();
    private final Map<Long, LocalJob.Watcher> watchers = new ConcurrentHashMap<>();

    LocalCoordinator(Path folder) {
        this.folder = folder;
    }

    void expect(LocalJob job) throws IOException {
        Files.createDirectories(of(job.id()).resolve("artifacts"));
        Files.writeString(log(job.id()), "");
        watchers.put(job.id(), job.watcher());
    }

    Path log(long job) {
        return of(job).resolve("log");
    }

    /** Empty when the job ended without a report: its runner was stopped. */
    Optional<JobResult> result(long job) {
        watchers.remove(job);
        return Optional.ofNullable(results.remove(job));
    }

    Map<String, Path> artifacts(long job) throws IOException {
        var found = new TreeMap<String, Path>();
        try (var types = Files.newDirectoryStream(of(job).resolve("artifacts"))) {
            for (var type : types) {
                try (var files = Files.newDirectoryStream(type)) {
                    files.forEach(file -> found.put(type.getFileName().toString(), file));
                }
            }
        }
        return found;
    }

    Map<String, String> dotenv(long job) {
        return dotenv.getOrDefault(job, Map.of());
    }

    boolean hasArchive(long job) throws IOException {
        return artifacts(job).containsKey(ARCHIVE);
    }

    @Override
    public Answer running(JobPayload job, JobLog.State state) {
        return Answer.of(200);
    }

    @Override
    public Answer finished(JobPayload job, JobResult result, JobLog.State state) {
        results.put(job.id(), result);
        return Answer.of(200);
    }

    @Override
    public Answer appendLog(JobPayload job, long offset, byte[] bytes, boolean debug) throws IOException {
        try (var file = FileChannel.open(log(job.id()), StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(bytes);
            file.position(offset);
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        }
        var watcher = watchers.get(job.id());
        if (watcher != null) {
            watcher.output(bytes);
        }
        return Answer.of(202);
    }

    @Override
    public Answer upload(JobPayload job, Map<String, String> parameters, String fileName, Path file)
            throws IOException {
        if (DOTENV.equals(parameters.get("artifact_type"))) {
            try (var report = new GZIPInputStream(Files.newInputStream(file))) {
                // One byte more than the limit is refused as well as all of it.
                switch (Dotenv.read(List.of(report.readNBytes(MOST_DOTENV)))) {
                    case Dotenv.Outcome.Refused refused -> {
                        return Answer.of(400);
                    }
                    case Dotenv.Outcome.Read(var variables) -> dotenv.put(job.id(), variables);
                }
            }
        }
        // Types are words of the language, which the compiler checked.
        var type = of(job.id()).resolve("artifacts").resolve(parameters.getOrDefault("artifact_type", ARCHIVE));
        Files.createDirectories(type);
        Files.copy(file, type.resolve(fileName), StandardCopyOption.REPLACE_EXISTING);
        return Answer.of(201);
    }

    @Override
    public Download download(JobPayload.Dependency dependency) throws IOException {
        var archive = artifacts(dependency.id()).get(ARCHIVE);
        return archive == null
                ? new Download(404, InputStream.nullInputStream())
                : new Download(200, Files.newInputStream(archive));
    }

    private Path of(long job) {
        return folder.resolve(String.valueOf(job));
    }
}
