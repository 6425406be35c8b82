package dev.tandem.server.build.downstream;

import dev.tandem.pipeline.plan.Trigger;
import dev.tandem.pipeline.syntax.IncludeSources;
import dev.tandem.pipeline.syntax.Limits;
import dev.tandem.server.build.artifacts.ArchiveView;
import dev.tandem.server.build.artifacts.JobArtifacts;
import dev.tandem.server.build.compile.Configurations;
import dev.tandem.server.build.schedule.Upstream.ChildConfig;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The configuration of a child pipeline: all files of {@code trigger:include} as one. */
@Component
final class ChildFiles {
    /** GitLab's limit for a generated file. */
    private static final int LARGEST_GENERATED = 5 * 1024 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Database database;
    private final JobStore jobs;
    private final JobArtifacts artifacts;
    private final ArchiveView archives;
    private final Configurations configurations;

    ChildFiles(
            Database database,
            JobStore jobs,
            JobArtifacts artifacts,
            ArchiveView archives,
            Configurations configurations) {
        this.database = database;
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.archives = archives;
        this.configurations = configurations;
    }

    /** The files, or the sentence that says which one cannot be had. */
    sealed interface Outcome {
        record Found(ChildConfig config) implements Outcome {}

        record Missing(String why) implements Outcome {}
    }

    Outcome of(Bridge bridge, User user) {
        Gathering gathering = new Gathering(bridge, user);
        bridge.trigger().includes().forEach(gathering::add);
        return gathering.outcome();
    }

    /** What was put together so far. */
    private final class Gathering {
        private final Bridge bridge;
        private final User user;
        private final List<Map<String, Object>> entries = new ArrayList<>();
        private final Map<String, byte[]> over = new HashMap<>();
        private @Nullable String missing;

        Gathering(Bridge bridge, User user) {
            this.bridge = bridge;
            this.user = user;
        }

        Outcome outcome() {
            if (missing != null) {
                return new Outcome.Missing(missing);
            }
            String root = JSON.writeValueAsString(Map.of("include", entries));
            over.put(ChildConfig.ROOT, root.getBytes(StandardCharsets.UTF_8));
            return new Outcome.Found(new ChildConfig(over, bridge.plan().mark()));
        }

        void add(Trigger.Include include) {
            switch (include.kind()) {
                case "artifact" -> generated(include);
                case "project" -> ofProject(include);
                default -> entry(include, Map.of(include.kind(), include.address()));
            }
        }

        private void entry(Trigger.Include include, Map<String, Object> address) {
            Trigger trigger = bridge.trigger();
            Map<String, Object> inputs =
                    new LinkedHashMap<>(trigger.includes().size() == 1 ? trigger.inputs() : Map.of());
            inputs.putAll(include.inputs());
            Map<String, Object> entry = new LinkedHashMap<>(address);
            if (!inputs.isEmpty()) {
                entry.put("inputs", inputs);
            }
            entries.add(entry);
        }

        private void generated(Trigger.Include include) {
            String path = bridge.expand(include.address()).replaceFirst("^(\\./|/)+", "");
            String name = String.valueOf(include.job());
            Optional<ArtifactRecord> archive = source(name).flatMap(job -> artifacts.find(job.id(), "archive"));
            if (archive.isEmpty()) {
                missing = "The job " + name + " left no artifacts to take " + path + " from.";
                return;
            }
            try {
                Optional<byte[]> content = archives.file(archive.get(), path, LARGEST_GENERATED + 1);
                if (content.isEmpty()) {
                    missing = "The artifacts of " + name + " hold no file " + path + ".";
                } else if (content.get().length > LARGEST_GENERATED) {
                    missing = "The file " + path + " of " + name + " is larger than 5 MB.";
                } else {
                    over.put(path, content.get());
                    entry(include, Map.of("local", path));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("artifacts of job " + name, e);
            }
        }

        /** The job of that name, or the first of several parallel ones. */
        private Optional<JobRecord> source(String name) {
            String instance = "\\Q" + name.replace("\\E", "\\E\\\\E\\Q") + "\\E(: \\[.*]| \\d+/\\d+)?";
            return database.read(sql -> jobs.latest(sql, bridge.pipeline().id())).stream()
                    .filter(job -> job.name().matches(instance))
                    .findFirst();
        }

        /** Files of another project stand here as if they were the project's own: what they include is looked up here. */
        private void ofProject(Trigger.Include include) {
            String project = bridge.expand(include.address());
            String ref = include.ref() == null ? null : bridge.expand(include.ref());
            IncludeSources.Answer answer = configurations.project(user, project, ref);
            for (String file : include.files()) {
                String path = bridge.expand(file).replaceFirst("^/+", "");
                byte[] content = answer instanceof IncludeSources.Repository repository
                        ? repository.files().read(path, Limits.FILE_BYTES)
                        : null;
                if (content == null) {
                    // The compiler says why it cannot be had.
                    Map<String, Object> address = new LinkedHashMap<>(Map.of("project", project, "file", path));
                    if (ref != null) {
                        address.put("ref", ref);
                    }
                    entry(include, address);
                } else {
                    over.put(project + "/" + path, content);
                    entry(include, Map.of("local", project + "/" + path));
                }
            }
        }
    }
}
