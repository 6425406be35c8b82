package dev.tandem.runner;

import static dev.tandem.runner.ShellScript.quoted;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the working copy to the job's commit with the real git, inside the sandbox. What an earlier job of the
 * project may have planted for git to execute (configuration, hooks, attributes) is thrown away first.
 */
final class GitSources {
    private final JobContext context;
    private final JobPayload.GitInfo git;
    private final JobVariables variables;

    /** The working copy may belong to the job's user while git runs as the caller. */
    private static final Map<String, String> TRUST_FOLDERS =
            Map.of("GIT_CONFIG_COUNT", "1", "GIT_CONFIG_KEY_0", "safe.directory", "GIT_CONFIG_VALUE_0", "*");

    /** What is done with the working copy. */
    enum Strategy {
        FETCH,
        CLONE,
        NONE,
        EMPTY
    }

    /** How git proves who it is, kept out of files and arguments. */
    record Credentials(String publicUrl, String header, Map<String, String> environment) {}

    GitSources(JobContext context) {
        this.context = context;
        this.git = context.job().gitInfo();
        this.variables = context.variables();
    }

    void get(Map<String, String> environment) throws JobStopped, StageFailed, IOException {
        var strategy = strategy();
        if (strategy == Strategy.EMPTY) {
            clear();
        }
        if (strategy == Strategy.NONE || strategy == Strategy.EMPTY) {
            context.log()
                    .line("Skipping Git repository setup (GIT_STRATEGY="
                            + strategy.name().toLowerCase(Locale.ROOT) + ")");
            return;
        }
        if (git.repoUrl().isEmpty() || !git.sha().matches("[0-9a-f]{8,64}")) {
            throw new StageFailed(
                    FailureReasons.SYSTEM, 0, "The coordinator gave no repository address or commit to check out.");
        }
        if (strategy == Strategy.CLONE) {
            clear();
        }
        attempt(environment);
    }

    private void attempt(Map<String, String> environment) throws JobStopped, StageFailed, IOException {
        var reused = Files.isDirectory(context.workspace().project().resolve(".git"));
        var attempts = attempts(reused);
        for (var attempt = 1; ; attempt++) {
            var all = new LinkedHashMap<>(environment);
            all.putAll(credentials().environment());
            all.put("GIT_TERMINAL_PROMPT", "0");
            var ended = context.shell()
                    .run(
                            JobControl.Phase.PREPARING,
                            "get_sources",
                            script(),
                            all,
                            context.log()::write,
                            Duration.ofDays(1),
                            List.of());
            if (ended instanceof StageShell.Ended.Exit(var code) && code != 0) {
                if (attempt >= attempts) {
                    throw new StageFailed(
                            FailureReasons.SCRIPT, code, "The sources could not be fetched: exit code " + code);
                }
                context.log().warning("Fetching failed; trying again with an empty working copy.");
                clear();
            } else {
                return;
            }
        }
    }

    /** A broken working copy must not fail job after job, so one that was reused gets a second try. */
    private int attempts(boolean reused) {
        var asked = variables.value("GET_SOURCES_ATTEMPTS");
        var attempts = asked.matches("[1-9]|10") ? Integer.parseInt(asked) : 1;
        return reused ? Math.max(2, attempts) : attempts;
    }

    private Strategy strategy() throws StageFailed {
        return switch (variables.value("GIT_STRATEGY")) {
            case "" -> context.job().allowGitFetch() ? Strategy.FETCH : Strategy.CLONE;
            case "fetch" -> Strategy.FETCH;
            case "clone" -> Strategy.CLONE;
            case "none" -> Strategy.NONE;
            case "empty" -> Strategy.EMPTY;
            case String other ->
                throw new StageFailed(
                        FailureReasons.CONFIGURATION,
                        0,
                        "GIT_STRATEGY is \"" + other + "\"; it may be fetch, clone, none or empty.");
        };
    }

    private void clear() throws IOException {
        try (var entries = Files.newDirectoryStream(context.workspace().project())) {
            for (var entry : entries) {
                Folders.deleteAny(entry);
            }
        }
    }

    private String script() throws StageFailed {
        var script = ShellScript.stoppingAtFirstError(StageShell.hasBash(), false);
        var depth = depth();
        script.print(depth > 0 ? "Fetching changes with git depth set to " + depth + "..." : "Fetching changes...");
        script.command("if [ -d .git ]; then rm -rf .git/config .git/config.worktree .git/hooks .git/info/attributes"
                + " .git/objects/info/alternates; find .git -name '*.lock' -type f -delete; fi");
        script.command("git -c init.defaultBranch=main init --quiet --template=''");
        script.command("git remote add origin " + quoted(credentials().publicUrl()));
        if (git.repoUrl().startsWith("file:")) {
            // The other end is a git of ours, which inherits no configuration and must trust the folder of another
            // user.
            script.command("git config remote.origin.uploadpack \"git -c safe.directory='*' upload-pack\"");
        }
        script.command("git fetch origin " + refspecs() + depthOption(depth) + fetchFlags());
        var ref = git.ref().replaceAll("\\p{Cntrl}", "?");
        if (!variables.value("GIT_CHECKOUT").equals("false")) {
            script.print("Checking out " + git.sha().substring(0, 8) + " as detached HEAD (ref is " + ref + ")...");
            script.command("git -c advice.detachedHead=false checkout -f -q --detach " + git.sha());
            clean(script);
            submodules(script, depth);
        }
        return script.text();
    }

    private void clean(ShellScript script) {
        var flags = variables.value("GIT_CLEAN_FLAGS");
        if (!flags.equals("none")) {
            script.command("git clean " + (flags.isEmpty() ? "-ffdx" : words(flags)));
        }
    }

    private void submodules(ShellScript script, int depth) {
        var strategy = variables.value("GIT_SUBMODULE_STRATEGY");
        if (strategy.equals("normal") || strategy.equals("recursive")) {
            var recursive = strategy.equals("recursive") ? " --recursive" : "";
            script.print("Updating submodules...");
            script.command("git submodule sync" + recursive);
            script.command("git submodule update --init --force" + recursive + (depth > 0 ? " --depth " + depth : ""));
        }
    }

    private String refspecs() {
        return String.join(" ", git.refspecs().stream().map(ShellScript::quoted).toList());
    }

    private String depthOption(int depth) {
        return depth > 0 ? " --depth " + depth : " $([ -f .git/shallow ] && echo --unshallow || :)";
    }

    private String fetchFlags() {
        var flags = variables.value("GIT_FETCH_EXTRA_FLAGS");
        return " " + (flags.isEmpty() ? "--prune --quiet" : words(flags));
    }

    private static String words(String flags) {
        return String.join(
                " ",
                Arrays.stream(flags.strip().split("\\s+", -1))
                        .map(ShellScript::quoted)
                        .toList());
    }

    private int depth() throws StageFailed {
        var asked = variables.value("GIT_DEPTH");
        if (asked.isEmpty()) {
            return git.depth();
        }
        if (!asked.matches("[0-9]{1,9}")) {
            throw new StageFailed(
                    FailureReasons.CONFIGURATION, 0, "GIT_DEPTH is \"" + asked + "\"; it must be a number, 0 for all.");
        }
        return Integer.parseInt(asked);
    }

    Credentials credentials() throws StageFailed {
        return credentials(git.repoUrl());
    }

    /** Takes user and password out of an address and puts them into variables that git reads. */
    static Credentials credentials(String address) throws StageFailed {
        try {
            var uri = URI.create(address);
            var user = Optional.ofNullable(uri.getUserInfo()).filter(info -> info.contains(":"));
            if ("file".equals(uri.getScheme())) {
                return new Credentials(address, "", TRUST_FOLDERS);
            }
            if (user.isEmpty() || uri.getScheme() == null || !uri.getScheme().startsWith("http")) {
                return new Credentials(address, "", Map.of());
            }
            var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            var origin = uri.getScheme() + "://" + uri.getHost() + port;
            var basic = Base64.getEncoder().encodeToString(user.get().getBytes(StandardCharsets.UTF_8));
            var environment = Map.of(
                    "GIT_CONFIG_COUNT", "2",
                    "GIT_CONFIG_KEY_0", "http." + origin + "/.extraHeader",
                    "GIT_CONFIG_VALUE_0", "Authorization: Basic " + basic,
                    "GIT_CONFIG_KEY_1", "safe.directory",
                    "GIT_CONFIG_VALUE_1", "*");
            return new Credentials(origin + uri.getRawPath(), basic, environment);
        } catch (IllegalArgumentException e) {
            throw new StageFailed(FailureReasons.SYSTEM, 0, "The coordinator gave no proper repository address.");
        }
    }
}
