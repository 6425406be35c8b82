package dev.tandem.server.code;

import dev.tandem.server.code.storage.Housekeeping;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.RecurringTask;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts of code together. */
@Configuration(proxyBeanMethods = false)
class CodeConfiguration {
    @Bean
    RepositoryFolders repositoryFolders(Settings settings) throws IOException {
        return new RepositoryFolders(settings.data().resolve("repositories"));
    }

    @Bean
    DurableTask<RepositoryRemoval> removeRepository(RepositoryFolders folders) {
        return new DurableTask<>("code.remove-repository", RepositoryRemoval.class, removal -> {
            try {
                folders.remove(removal.projectId());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Bean
    RepositoryUpkeep repositoryUpkeep(Database database, RepositoryFolders folders, Clock clock) {
        return new RepositoryUpkeep(database, folders, clock, Housekeeping.USUAL);
    }

    @Bean
    DurableTask<RepositoryUpkeep.Due> repackRepository(RepositoryUpkeep upkeep) {
        return upkeep.task();
    }

    @Bean
    DurableTask<HeadFollowing> followDefaultBranch(Database database, RepositoryFolders folders) {
        return new DurableTask<>(
                "code.follow-default-branch",
                HeadFollowing.class,
                head -> database.read(sql -> new ProjectStore(sql).find(head.projectId()))
                        .filter(project -> !project.isEmpty())
                        .ifPresent(project -> head.follow(folders, project)));
    }

    @Bean
    RecurringTask reconcilePushes(Pushes pushes) {
        return new RecurringTask("code.reconcile-pushes", Duration.ofMinutes(1), pushes::reconcile);
    }
}
