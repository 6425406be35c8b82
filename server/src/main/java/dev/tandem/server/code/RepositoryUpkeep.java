package dev.tandem.server.code;

import dev.tandem.server.code.storage.Housekeeping;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Tx;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has repositories packed anew some time after the pushes that made it due, one at a time in the whole server, so that the
 * heap holds. Safe for use by many threads.
 */
final class RepositoryUpkeep {
    private static final Logger log = LoggerFactory.getLogger(RepositoryUpkeep.class);

    /** However many pushes come, a project's upkeep begins at most once in so long. */
    private static final Duration SLOT = Duration.ofMinutes(10);

    private final Database database;
    private final RepositoryFolders folders;
    private final Clock clock;
    private final Housekeeping rules;
    private final DurableTask<Due> task;
    private final Lock one = new ReentrantLock();

    RepositoryUpkeep(Database database, RepositoryFolders folders, Clock clock, Housekeeping rules) {
        this.database = database;
        this.folders = folders;
        this.clock = clock;
        this.rules = rules;
        this.task = new DurableTask<>("code.repack-repository", Due.class, due -> run(due.projectId()));
    }

    /** Data of the durable task. */
    record Due(long projectId) {}

    DurableTask<Due> task() {
        return task;
    }

    /** When the repository should be looked after; to be asked before the transaction of {@link #schedule}. */
    Optional<Instant> due(Repository repository) {
        return rules.due(repository, clock.instant());
    }

    void schedule(Tx tx, long projectId, Instant due) {
        // The slot belongs to the name: a push during the work of one slot is seen to in the next.
        long slot = due.toEpochMilli() / SLOT.toMillis() + 1;
        tx.schedule(task, projectId + "-" + slot, new Due(projectId), Instant.ofEpochMilli(slot * SLOT.toMillis()));
    }

    /** Looks after one project now; a project that is gone needs nothing. */
    void run(long projectId) {
        Optional<Project> project = database.read(sql -> new ProjectStore(sql).find(projectId));
        if (project.isEmpty()) {
            return;
        }
        if (!one.tryLock()) {
            later(projectId, clock.instant());
            return;
        }
        try (Repository repository = folders.open(projectId, project.get().defaultBranch())) {
            Housekeeping.Outcome outcome = rules.run(repository, clock.instant());
            report(projectId, outcome);
            if (outcome instanceof Housekeeping.Outcome.Done done && done.by() == Housekeeping.By.OWN_PROCESS) {
                index(projectId, repository, done.objects());
            }
            due(repository).ifPresent(due -> later(projectId, due));
        } catch (IOException | RuntimeException e) {
            // Trying again at once would not mend it; the next push makes it due again.
            log.error("repository of project {} cannot be packed", projectId, e);
        } finally {
            one.unlock();
        }
    }

    /** Pages do without where it fails: they look for themselves. */
    private static void index(long projectId, Repository repository, long objects) {
        try {
            LastCommitIndex.writeInOwnProcess(repository, objects);
        } catch (IOException e) {
            log.error("which commits last changed the files of project {} cannot be noted", projectId, e);
        }
    }

    private void later(long projectId, Instant due) {
        database.write(tx -> {
            schedule(tx, projectId, due);
            return projectId;
        });
    }

    private static void report(long projectId, Housekeeping.Outcome outcome) {
        switch (outcome) {
            case Housekeeping.Outcome.Done(long before, long after, long objects, Housekeeping.By by) ->
                log.info(
                        "repository of project {} packed ({}): {} packs before, {} after",
                        projectId,
                        by,
                        before,
                        after);
            case Housekeeping.Outcome.TooLarge(long objects) ->
                log.warn(
                        "repository of project {} has {} objects, too many to pack it here: run git gc in its folder",
                        projectId,
                        objects);
            case Housekeeping.Outcome.NotDue() -> log.debug("repository of project {} needs no packing", projectId);
        }
    }
}
