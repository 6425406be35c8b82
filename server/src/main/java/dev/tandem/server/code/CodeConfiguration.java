package dev.tandem.server.code;

import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.RecurringTask;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    RecurringTask reconcilePushes(Pushes pushes) {
        return new RecurringTask("code.reconcile-pushes", Duration.ofMinutes(1), pushes::reconcile);
    }
}
