package dev.tandem.runner;

import dev.tandem.host.Archives;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;

/** Packs what the job named and hands it to the coordinator. */
final class ArtifactsUpload {
    private static final int ATTEMPTS = 3;
    private static final int ATTEMPTS_WHEN_BUSY = 6;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final JobContext context;

    ArtifactsUpload(JobContext context) {
        this.context = context;
    }

    /** Sends all that {@code succeeded} calls for; one that fails does not keep back the others. */
    void put(boolean succeeded) throws JobStopped, StageFailed, IOException {
        StageFailed first = null;
        for (var artifact : context.job().artifacts()) {
            if (Conditions.holds(artifact.when(), succeeded)) {
                try {
                    put(artifact);
                } catch (StageFailed e) {
                    context.log().error(String.valueOf(e.getMessage()));
                    first = first == null ? e : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void put(JobPayload.Artifact artifact) throws JobStopped, StageFailed, IOException {
        var paths = select(artifact);
        if (paths.isEmpty()) {
            context.log().warning("No files match " + artifact.paths() + "; nothing is uploaded");
            return;
        }
        var name = context.variables().expand(artifact.name());
        var file = context.workspace().exchange().resolve("upload");
        var suffix = pack(artifact, paths, file);
        var fileName = (name.isEmpty() ? "artifacts" : name).replace('/', '_') + suffix;
        context.log()
                .line("Uploading " + paths.size() + " files and folders as " + fileName + ", " + Files.size(file)
                        + " bytes");
        var worker = Thread.currentThread();
        context.control().during(JobControl.Phase.AFTERMATH, worker::interrupt, () -> {
            send(artifact, fileName, file);
            return file;
        });
        Files.deleteIfExists(file);
    }

    private Collection<Path> select(JobPayload.Artifact artifact) throws JobStopped, StageFailed, IOException {
        var root = context.workspace().project();
        var selection = new FileSelection(root, expanded(artifact.paths()), expanded(artifact.exclude()));
        var paths = new TreeSet<>(selection.find());
        if (artifact.untracked()) {
            Untracked.find(context).stream()
                    .filter(path -> !selection.excludes(path))
                    .forEach(paths::add);
        }
        return paths;
    }

    /** Writes the file to send and tells the suffix of its name. */
    private String pack(JobPayload.Artifact artifact, Collection<Path> paths, Path file)
            throws StageFailed, IOException {
        var root = context.workspace().project();
        return switch (artifact.artifactFormat()) {
            case "", "zip" -> {
                try (var out = Files.newOutputStream(file)) {
                    Archives.packZip(root, paths, out);
                }
                yield ".zip";
            }
            case "gzip" -> {
                gzip(regular(root, paths), file);
                yield ".gz";
            }
            case "raw" -> {
                copyOnly(regular(root, paths), file);
                yield "";
            }
            case String other ->
                throw new StageFailed(FailureReasons.SCRIPT, 1, "This runner cannot pack artifacts as " + other + ".");
        };
    }

    private static List<Path> regular(Path root, Collection<Path> paths) {
        return paths.stream()
                .map(root::resolve)
                .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    private static void gzip(List<Path> files, Path target) throws IOException {
        try (var out = Files.newOutputStream(target)) {
            for (var file : files) {
                var member = new GZIPOutputStream(out);
                copy(file, member);
                member.finish();
            }
        }
    }

    private static void copyOnly(List<Path> files, Path target) throws IOException, StageFailed {
        if (files.size() != 1) {
            throw new StageFailed(
                    FailureReasons.SCRIPT,
                    1,
                    "Artifacts of format raw are exactly one file, here " + files.size() + ".");
        }
        try (var out = Files.newOutputStream(target)) {
            copy(files.getFirst(), out);
        }
    }

    private static void copy(Path file, OutputStream out) throws IOException {
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            in.transferTo(out);
        }
    }

    private void send(JobPayload.Artifact artifact, String fileName, Path file) throws StageFailed {
        var problem = "";
        var attempts = ATTEMPTS;
        for (var attempt = 1; attempt <= attempts; attempt++) {
            try {
                var answer = context.coordinator().upload(context.job(), parameters(artifact), fileName, file);
                switch (answer.status()) {
                    case 201 -> {
                        return;
                    }
                    case 403 -> throw failed(fileName, "the coordinator does not allow it");
                    case 413 -> throw failed(fileName, "they are too large");
                    case 503 -> attempts = ATTEMPTS_WHEN_BUSY;
                    default -> {}
                }
                problem = "the coordinator answered " + answer.status();
                Thread.sleep(PAUSE);
            } catch (IOException e) {
                problem = e.toString();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failed(fileName, "interrupted");
            }
        }
        throw failed(fileName, problem);
    }

    private static Map<String, String> parameters(JobPayload.Artifact artifact) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("expire_in", artifact.expireIn());
        parameters.put("artifact_format", artifact.artifactFormat());
        parameters.put("artifact_type", artifact.artifactType());
        parameters.values().removeIf(String::isEmpty);
        return parameters;
    }

    private static StageFailed failed(String fileName, String problem) {
        return new StageFailed(
                FailureReasons.SCRIPT, 1, "The artifacts " + fileName + " were not uploaded: " + problem);
    }

    private List<String> expanded(List<String> texts) {
        return texts.stream().map(context.variables()::expand).toList();
    }
}
