package dev.tandem.runner;

import dev.tandem.runner.JobPayload.Variable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Joins what coordinator and runner have to say about a job's environment, in the protocol's order. */
final class JobEnvironment {
    private static final String SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int MAX_SHARED = 1 << 20;
    private static final Pattern SHARED_LINE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.*)");

    private JobEnvironment() {}

    /** Variables of the job; those of type file are written and hold their paths. */
    static JobVariables open(RunnerConfig config, JobPayload job, Workspace workspace, int slot) throws IOException {
        var sent = new ArrayList<Variable>();
        for (var variable : job.variables()) {
            sent.add(variable.file() ? written(variable, workspace) : variable);
        }
        return new JobVariables(List.of(early(config, job, workspace, slot), sent, late(workspace)));
    }

    private static Collection<Variable> early(RunnerConfig config, JobPayload job, Workspace workspace, int slot) {
        var own = new LinkedHashMap<String, String>();
        own.put("PATH", path(config));
        own.put("LANG", "C.UTF-8");
        own.put("USER", "tandem");
        own.put("SHELL", StageShell.hasBash() ? "/bin/bash" : "/bin/sh");
        own.putAll(config.environment());
        own.put("CI_BUILDS_DIR", workspace.builds().toString());
        own.put("CI_PROJECT_DIR", workspace.project().toString());
        own.put("CI_CONCURRENT_ID", String.valueOf(slot));
        own.put("CI_CONCURRENT_PROJECT_ID", String.valueOf(slot));
        own.put("CI_SERVER", "yes");
        own.put("CI_JOB_STATUS", "running");
        own.put("CI_JOB_TIMEOUT", String.valueOf(JobRun.limit(job).toSeconds()));
        return plain(own);
    }

    private static Collection<Variable> late(Workspace workspace) {
        return plain(Map.of(
                "HOME",
                workspace.home().toString(),
                "CI_SHARED_ENVIRONMENT",
                "true",
                "CI_RUNNER_VERSION",
                RunnerInfo.VERSION,
                "CI_RUNNER_REVISION",
                "HEAD",
                "CI_RUNNER_EXECUTABLE_ARCH",
                "linux/" + RunnerInfo.architecture(),
                "RUNNER_TEMP_PROJECT_DIR",
                workspace.files().toString(),
                "GITLAB_ENV",
                shared(workspace).toString()));
    }

    /** What a stage wrote into the file named by GITLAB_ENV; lines that are no KEY=value are skipped. */
    static Collection<Variable> sharedByStages(Workspace workspace) throws IOException {
        var file = shared(workspace);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        // The job owns the file: not followed if it is a link, and not read without end.
        var options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (var in = Channels.newInputStream(Files.newByteChannel(file, options))) {
            var text = new String(in.readNBytes(MAX_SHARED), StandardCharsets.UTF_8);
            var values = new LinkedHashMap<String, String>();
            text.lines()
                    .map(SHARED_LINE::matcher)
                    .filter(match -> match.matches())
                    .forEach(match -> values.put(match.group(1), match.group(2)));
            return plain(values);
        }
    }

    private static Path shared(Workspace workspace) {
        return workspace.files().resolve("gitlab_env");
    }

    private static Variable written(Variable variable, Workspace workspace) throws IOException {
        if (!variable.key().matches("[A-Za-z0-9_]{1,255}")) {
            return variable;
        }
        var file = workspace.files().resolve(variable.key());
        Files.writeString(file, variable.value());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        workspace.giveAway(file);
        return new Variable(variable.key(), file.toString(), true, false, true);
    }

    private static Collection<Variable> plain(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> Variable.of(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static String path(RunnerConfig config) {
        var folders = new ArrayList<String>();
        config.programs().forEach(folder -> folders.add(folder.toString()));
        var java = config.environment().get("JAVA_HOME");
        if (java != null) {
            folders.add(java + "/bin");
        }
        folders.add(SYSTEM_PATH);
        return String.join(":", folders);
    }
}
