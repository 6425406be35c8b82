package dev.tandem.runner;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as the coordinator hands it out. Names are the protocol's, in camel case; what is missing or null there is
 * empty here.
 */
record JobPayload(
        long id,
        String token,
        boolean allowGitFetch,
        JobInfo jobInfo,
        GitInfo gitInfo,
        RunnerInfo runnerInfo,
        List<Variable> variables,
        List<Step> steps,
        List<Artifact> artifacts,
        List<Cache> cache,
        List<Dependency> dependencies,
        Features features,
        List<Hook> hooks,
        @Nullable Image image,
        List<Image> services) {
    @SuppressWarnings("NullAway") // Jackson gives null for what the answer lacks.
    JobPayload {
        token = orEmpty(token);
        jobInfo = jobInfo == null ? new JobInfo("", "", 0, "") : jobInfo;
        gitInfo = gitInfo == null ? new GitInfo("", "", "", List.of(), 0) : gitInfo;
        runnerInfo = runnerInfo == null ? new RunnerInfo(0) : runnerInfo;
        variables = orEmpty(variables);
        steps = orEmpty(steps);
        artifacts = orEmpty(artifacts);
        cache = orEmpty(cache);
        dependencies = orEmpty(dependencies);
        features = features == null ? new Features(false, List.of(), List.of()) : features;
        hooks = orEmpty(hooks);
        services = orEmpty(services);
    }

    record JobInfo(String name, String stage, long projectId, String projectFullPath) {
        JobInfo {
            name = orEmpty(name);
            stage = orEmpty(stage);
            projectFullPath = orEmpty(projectFullPath);
        }
    }

    record GitInfo(String repoUrl, String ref, String sha, List<String> refspecs, int depth) {
        GitInfo {
            repoUrl = orEmpty(repoUrl);
            ref = orEmpty(ref);
            sha = orEmpty(sha);
            refspecs = orEmpty(refspecs);
        }
    }

    /** @param timeout seconds; 0 or less means the protocol's default */
    record RunnerInfo(int timeout) {}

    record Variable(String key, String value, boolean file, boolean masked, boolean raw) {
        Variable {
            key = orEmpty(key);
            value = orEmpty(value);
        }

        static Variable of(String key, String value) {
            return new Variable(key, value, false, false, true);
        }
    }

    record Step(String name, List<String> script) {
        static final String AFTER_SCRIPT = "after_script";

        Step {
            name = orEmpty(name);
            script = orEmpty(script);
        }
    }

    record Artifact(
            String name,
            boolean untracked,
            List<String> paths,
            List<String> exclude,
            String when,
            String artifactType,
            String artifactFormat,
            String expireIn) {
        Artifact {
            name = orEmpty(name);
            paths = orEmpty(paths);
            exclude = orEmpty(exclude);
            when = orEmpty(when);
            artifactType = orEmpty(artifactType);
            artifactFormat = orEmpty(artifactFormat);
            expireIn = orEmpty(expireIn);
        }
    }

    record Cache(
            String key, boolean untracked, List<String> paths, String policy, String when, List<String> fallbackKeys) {
        Cache {
            key = orEmpty(key);
            paths = orEmpty(paths);
            policy = orEmpty(policy);
            when = orEmpty(when);
            fallbackKeys = orEmpty(fallbackKeys);
        }
    }

    record Dependency(
            long id, String token, String name, @Nullable ArtifactsFile artifactsFile) {
        Dependency {
            token = orEmpty(token);
            name = orEmpty(name);
        }

        boolean hasArtifacts() {
            return artifactsFile != null && !artifactsFile.filename().isEmpty();
        }
    }

    record ArtifactsFile(String filename, long size) {
        ArtifactsFile {
            filename = orEmpty(filename);
        }
    }

    record Features(boolean traceSections, List<String> tokenMaskPrefixes, List<String> failureReasons) {
        Features {
            tokenMaskPrefixes = orEmpty(tokenMaskPrefixes);
            failureReasons = orEmpty(failureReasons);
        }
    }

    record Hook(String name, List<String> script) {
        Hook {
            name = orEmpty(name);
            script = orEmpty(script);
        }
    }

    /** A job's image, or that of a service, which alone has the last three. */
    record Image(
            String name,
            List<String> entrypoint,
            List<String> pullPolicy,
            ExecutorOpts executorOpts,
            String alias,
            List<String> command,
            List<Variable> variables) {
        @SuppressWarnings("NullAway") // Jackson gives null for what the answer lacks.
        Image {
            name = orEmpty(name);
            entrypoint = orEmpty(entrypoint);
            pullPolicy = orEmpty(pullPolicy);
            executorOpts = executorOpts == null ? new ExecutorOpts(new Docker("", "")) : executorOpts;
            alias = orEmpty(alias);
            command = orEmpty(command);
            variables = orEmpty(variables);
        }
    }

    record ExecutorOpts(Docker docker) {
        @SuppressWarnings("NullAway") // Jackson gives null for what the answer lacks.
        ExecutorOpts {
            docker = docker == null ? new Docker("", "") : docker;
        }
    }

    record Docker(String platform, String user) {
        Docker {
            platform = orEmpty(platform);
            user = orEmpty(user);
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
