package dev.tandem.runner;

import dev.tandem.host.Archives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/** Keeps caches as zip archives on this machine, by project and key. A cache that fails never fails its job. */
final class JobCaches {
    private final JobContext context;
    private final Path folder;

    JobCaches(JobContext context) {
        this.context = context;
        this.folder = context.config()
                .work()
                .resolve("cache")
                .resolve("project-" + context.job().jobInfo().projectId());
    }

    void restore() throws JobStopped, IOException {
        for (var cache : context.job().cache()) {
            if (!policy(cache).equals("push")) {
                restore(cache);
            }
        }
    }

    private void restore(JobPayload.Cache cache) throws JobStopped, IOException {
        for (var key : keys(cache)) {
            var archive = archive(key);
            if (!Files.exists(archive)) {
                context.log().line("No cache \"" + key + "\" yet");
                continue;
            }
            try {
                new Incoming(context).layOver(archive, "The cache \"" + key + "\" was");
                context.log().line("Restored the cache \"" + key + "\"");
                return;
            } catch (StageFailed e) {
                context.log().warning(String.valueOf(e.getMessage()));
            }
        }
    }

    void save(boolean succeeded) throws JobStopped, IOException {
        for (var cache : context.job().cache()) {
            if (!policy(cache).equals("pull") && Conditions.holds(cache.when(), succeeded)) {
                save(cache);
            }
        }
    }

    private void save(JobPayload.Cache cache) throws JobStopped, IOException {
        var key = keys(cache).getFirst();
        try {
            var root = context.workspace().project();
            var paths = new TreeSet<>(new FileSelection(root, expanded(cache.paths()), List.of()).find());
            if (cache.untracked()) {
                paths.addAll(Untracked.find(context));
            }
            if (paths.isEmpty()) {
                context.log().warning("Nothing to put into the cache \"" + key + "\"");
                return;
            }
            pack(root, paths, archive(key));
            context.log().line("Saved the cache \"" + key + "\": " + paths.size() + " files and folders");
        } catch (StageFailed | IOException e) {
            context.log().warning("The cache \"" + key + "\" was not saved: " + e.getMessage());
        }
    }

    /** Written beside and renamed: another job may be reading the old one. */
    private static void pack(Path root, TreeSet<Path> paths, Path archive) throws IOException {
        Files.createDirectories(archive.getParent());
        var beside = Files.createTempFile(archive.getParent(), "cache", ".tmp");
        try {
            try (var out = Files.newOutputStream(beside)) {
                Archives.packZip(root, paths, out);
            }
            Files.move(beside, archive, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private List<String> keys(JobPayload.Cache cache) {
        var keys = new ArrayList<String>();
        var own = context.variables().expand(cache.key()).strip();
        var info = context.job().jobInfo();
        keys.add(own.isEmpty() ? info.name() + "/" + context.job().gitInfo().ref() : own);
        keys.addAll(expanded(cache.fallbackKeys()));
        var global = context.variables().value("CACHE_FALLBACK_KEY");
        if (!global.isEmpty() && !global.endsWith("-protected")) {
            keys.add(global);
        }
        return keys;
    }

    private String policy(JobPayload.Cache cache) {
        return context.variables().expand(cache.policy());
    }

    private List<String> expanded(List<String> texts) {
        return texts.stream().map(context.variables()::expand).toList();
    }

    /** Keys come from users; their digest is a safe name. */
    private Path archive(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return folder.resolve(HexFormat.of().formatHex(digest)).resolve("cache.zip");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
