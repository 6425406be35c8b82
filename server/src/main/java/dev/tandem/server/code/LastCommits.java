package dev.tandem.server.code;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Which commit last changed each entry of a folder. Walks history once for all entries, for as long as the caller waits,
 * and remembers what it found: a commit's answer never changes, and a later commit's walk ends where a remembered one
 * begins, or where the repository's {@link LastCommitIndex} was made. Blocks on the disk; safe for use by many threads.
 */
@Component
public final class LastCommits {
    private static final int STRIPES = 64;
    private static final LastCommitMemory.Answer NOTHING = new LastCommitMemory.Answer(Map.of(), true, Duration.ZERO);

    private final Repositories repositories;
    private final LastCommitMemory memory = new LastCommitMemory();
    private final List<Lock> locks =
            Stream.generate(() -> (Lock) new ReentrantLock()).limit(STRIPES).toList();

    LastCommits(Repositories repositories) {
        this.repositories = repositories;
    }

    /**
     * What is known.
     *
     * @param byName from an entry's name to the commit that last changed it
     * @param complete whether every entry is in there
     */
    public record Found(Map<String, Commit> byName, boolean complete) {
        public Found {
            byName = Map.copyOf(byName);
        }
    }

    /**
     * @param folder path from the root; empty for the root
     * @param patience how long to look at most
     */
    public Found of(long projectId, String sha, String folder, Duration patience) {
        LastCommitMemory.Key key = new LastCommitMemory.Key(projectId, sha, folder);
        // Many people open the same folder after a push; one of them walks, the others wait for what it finds.
        Lock lock = locks.get(Math.floorMod(key.hashCode(), STRIPES));
        if (!taken(lock, patience)) {
            return new Found(Map.of(), false);
        }
        try {
            return found(key, patience);
        } finally {
            lock.unlock();
        }
    }

    private Found found(LastCommitMemory.Key key, Duration patience) {
        LastCommitMemory.Answer answer = memory.find(key)
                .filter(known -> known.complete() || known.patience().compareTo(patience) >= 0)
                .or(() -> searched(key, patience))
                .orElse(NOTHING);
        return repositories
                .with(key.projectId(), repository -> {
                    try (RevWalk walk = new RevWalk(repository)) {
                        return Optional.of(described(walk, answer));
                    }
                })
                .orElse(new Found(Map.of(), true));
    }

    private Optional<LastCommitMemory.Answer> searched(LastCommitMemory.Key key, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        return repositories.walk(key.projectId(), repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<RevCommit> start = Revisions.exact(walk, key.sha());
                if (start.isEmpty()) {
                    return Optional.empty();
                }
                LastCommitSearch search = new LastCommitSearch(
                        walk,
                        key.folder(),
                        indexed(repository, key),
                        commit -> complete(key.at(commit.name())),
                        deadline);
                LastCommitSearch.Result found = search.run(start.get());
                LastCommitMemory.Answer answer =
                        new LastCommitMemory.Answer(found.byName(), found.complete(), patience);
                memory.keep(key, answer);
                // Later commits that leave the folder alone lead to the same.
                memory.keep(key.at(search.lastChange(start.get()).name()), answer);
                return Optional.of(answer);
            }
        });
    }

    /** The commit at which the repository's index knows the folder, which is remembered here from now on; null when it does not. */
    private @Nullable ObjectId indexed(Repository repository, LastCommitMemory.Key key) throws IOException {
        Optional<LastCommitIndex.Entry> entry = LastCommitIndex.read(repository, key.folder());
        entry.ifPresent(known -> memory.keep(
                key.at(known.commit().name()), new LastCommitMemory.Answer(known.byName(), true, Duration.ZERO)));
        return entry.map(LastCommitIndex.Entry::commit).orElse(null);
    }

    private Optional<Map<String, String>> complete(LastCommitMemory.Key key) {
        return memory.find(key).filter(LastCommitMemory.Answer::complete).map(LastCommitMemory.Answer::shas);
    }

    private static boolean taken(Lock lock, Duration patience) {
        try {
            return lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Found described(RevWalk walk, LastCommitMemory.Answer answer) throws IOException {
        Map<String, Commit> commits = new HashMap<>();
        Map<String, Commit> byName = new HashMap<>();
        for (Map.Entry<String, String> entry : answer.shas().entrySet()) {
            Commit commit = commits.get(entry.getValue());
            if (commit == null) {
                RevCommit parsed = walk.parseCommit(ObjectId.fromString(entry.getValue()));
                walk.parseBody(parsed);
                commit = Revisions.describe(parsed);
                commits.put(entry.getValue(), commit);
            }
            byName.put(entry.getKey(), commit);
        }
        return new Found(byName, answer.complete());
    }
}
