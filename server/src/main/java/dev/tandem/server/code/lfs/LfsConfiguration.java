package dev.tandem.server.code.lfs;

import dev.tandem.server.identity.UserDeleted;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.EventListener;
import dev.tandem.server.platform.ObjectStore;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts together. */
@Configuration(proxyBeanMethods = false)
class LfsConfiguration {
    @Bean
    DurableTask<DeletedLfsObjects.Batch> removeLfsObjects(ObjectStore objects) {
        return new DurableTask<>(
                "code.remove-lfs-objects", DeletedLfsObjects.Batch.class, batch -> batch.remove(objects));
    }

    @Bean
    EventListener<UserDeleted> unlockFilesOfDeleted(LfsLocks locks) {
        return new EventListener<>(
                "code.unlock-files-of-deleted-user",
                UserDeleted.class,
                (id, event) -> locks.unlockAllOf(event.userId()));
    }

    @Bean
    DeletedLfsObjects deletedLfsObjects(DurableTask<DeletedLfsObjects.Batch> task, Clock clock) {
        return new DeletedLfsObjects(task, clock);
    }
}
