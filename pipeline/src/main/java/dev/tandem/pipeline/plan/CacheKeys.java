package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.rule.Conditions;
import dev.tandem.pipeline.syntax.Budget;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Turns the files that {@code cache:key} names into a key: a digest of what they hold. {@code files_commits} gets the same one, since a
 * file that has not changed has the same last commit.
 */
final class CacheKeys {
    private static final String NONE = "default";
    private static final int LARGEST = 16 << 20;
    private static final int MOST_FILES = 1_000;
    private static final int BYTES_A_STEP = 64;

    private final SourceFiles files;
    private final Budget budget;
    private final Map<List<String>, String> known = new HashMap<>();

    CacheKeys(SourceFiles files, Budget budget) {
        this.files = files;
        this.budget = budget;
    }

    /** The caches with their keys. */
    List<Cache> resolved(List<Cache> caches) {
        return caches.stream().allMatch(cache -> cache.key() != null)
                ? caches
                : caches.stream().map(this::resolved).toList();
    }

    private Cache resolved(Cache cache) {
        if (cache.key() != null) {
            return cache;
        }
        List<String> named = cache.keyFiles().isEmpty() ? cache.keyFilesCommits() : cache.keyFiles();
        String digest = named.isEmpty() ? NONE : known.computeIfAbsent(named, this::digest);
        return cache.withKey(cache.keyPrefix() == null ? digest : cache.keyPrefix() + "-" + digest);
    }

    private String digest(List<String> named) {
        MessageDigest digest = sha1();
        boolean any = false;
        for (String path : paths(named)) {
            byte[] content = files.read(path, LARGEST);
            if (content != null) {
                any = true;
                add(digest, path, content);
            }
        }
        return any ? HexFormat.of().formatHex(digest.digest()) : NONE;
    }

    private void add(MessageDigest digest, String path, byte[] content) {
        budget.spend(1L + content.length / BYTES_A_STEP);
        digest.update((path + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8));
        digest.update(content);
    }

    private List<String> paths(List<String> named) {
        TreeSet<String> found = new TreeSet<>();
        for (String path : named) {
            if (path.indexOf('*') < 0 && path.indexOf('?') < 0 && path.indexOf('[') < 0 && path.indexOf('{') < 0) {
                found.add(path);
            } else {
                List<String> all = files.paths();
                found.addAll(Conditions.globbed(path, all, budget::match));
            }
        }
        return new ArrayList<>(found).subList(0, Math.min(found.size(), MOST_FILES));
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
