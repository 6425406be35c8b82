package dev.tandem.server.code.lfs;

import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Database;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Files that somebody works on alone: neither a push nor a commit made here changes them for others. Who may ask for what was decided before. Safe for use by many threads. */
@Component
public class LfsLocks {
    /** A project may have this many. */
    public static final int MOST = 10_000;

    public static final int LONGEST_PATH = 500;

    private final Database database;
    private final Clock clock;

    LfsLocks(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** What came of locking a file. */
    public sealed interface Outcome {
        record Locked(LfsLock lock) implements Outcome {}

        /** By whom is in the lock; maybe by the same person. */
        record LockedBefore(LfsLock lock) implements Outcome {}

        /** The project has {@link #MOST} already. */
        record TooMany() implements Outcome {}
    }

    /** @param path at most {@link #LONGEST_PATH} characters */
    public Outcome lock(long projectId, String path, UserId owner) {
        return database.write(tx -> {
            LfsLockStore store = new LfsLockStore(tx.sql());
            if (store.count(projectId) >= MOST) {
                return new Outcome.TooMany();
            }
            boolean added = store.add(projectId, path, owner, clock.instant());
            LfsLock lock = store.find(projectId, path).orElseThrow();
            return added ? new Outcome.Locked(lock) : new Outcome.LockedBefore(lock);
        });
    }

    public Optional<LfsLock> find(long projectId, String path) {
        return database.read(sql -> new LfsLockStore(sql).find(projectId, path));
    }

    public Optional<LfsLock> find(long projectId, long id) {
        return database.read(sql -> new LfsLockStore(sql).find(projectId, id));
    }

    /** Those with a larger id than {@code after}, by id. */
    public List<LfsLock> list(long projectId, long after, int limit) {
        return database.read(sql -> new LfsLockStore(sql).list(projectId, after, limit));
    }

    /** Files that this person may not change now. */
    public List<LfsLock> ofOthers(long projectId, UserId user) {
        return list(projectId, 0, MOST).stream()
                .filter(lock -> !lock.isOf(user))
                .toList();
    }

    /** There is nobody any more who could be asked to unlock them. */
    void unlockAllOf(UserId owner) {
        database.write(tx -> new LfsLockStore(tx.sql()).removeAllOf(owner));
    }

    /** @return false when it is gone already */
    public boolean unlock(long projectId, long id) {
        return database.write(tx -> new LfsLockStore(tx.sql()).remove(projectId, id));
    }
}
