package dev.tandem.server.code.lfs;

import dev.tandem.server.code.ProjectLeftovers;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.ObjectStore;
import dev.tandem.server.platform.Tx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Removes the large files of a project that goes. */
final class DeletedLfsObjects implements ProjectLeftovers {
    private static final int BATCH = 500;

    /** By then uploads that were let in before are mostly over. */
    private static final Duration LAST_UPLOADS = Duration.ofMinutes(1);

    private final DurableTask<Batch> task;
    private final Clock clock;

    DeletedLfsObjects(DurableTask<Batch> task, Clock clock) {
        this.task = task;
        this.clock = clock;
    }

    /** Data of the durable task. */
    record Batch(List<String> keys) {
        Batch {
            keys = List.copyOf(keys);
        }

        /** Safe to repeat. */
        void remove(ObjectStore objects) {
            try {
                for (String key : keys) {
                    objects.delete(key);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("large files of a deleted project", e);
            }
        }
    }

    @Override
    public void note(Tx tx, long projectId) {
        LfsStore store = new LfsStore(tx.sql());
        List<String> oids = store.list(projectId, "", BATCH);
        for (int i = 0; !oids.isEmpty(); i++) {
            Batch batch = new Batch(
                    oids.stream().map(oid -> LfsObjects.key(projectId, oid)).toList());
            tx.schedule(task, projectId + "-" + i, batch, clock.instant().plus(LAST_UPLOADS));
            oids = store.list(projectId, oids.getLast(), BATCH);
        }
    }
}
