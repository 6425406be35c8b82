package dev.tandem.server.code;

import dev.tandem.server.code.search.TextIndex;
import dev.tandem.server.code.storage.Housekeeping;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.EventListener;
import dev.tandem.server.platform.RecurringTask;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
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
    DurableTask<MarkedProject> deleteMarkedProject(ObjectProvider<Projects> projects) {
        return new DurableTask<>(
                "code.delete-marked-project",
                MarkedProject.class,
                marked -> projects.getObject().deleteMarked(marked));
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
    TextIndex textIndex(Settings settings) {
        return new TextIndex(settings.data().resolve("search"));
    }

    @Bean
    SearchUpkeep searchUpkeep(Database database, Repositories repositories, TextIndex index, Clock clock) {
        return new SearchUpkeep(database, repositories, index, clock);
    }

    @Bean
    DurableTask<SearchUpkeep.Due> indexForSearch(SearchUpkeep upkeep) {
        return upkeep.task();
    }

    @Bean
    RecurringTask checkSearchIndex(SearchUpkeep upkeep) {
        return new RecurringTask("code.check-search-index", Duration.ofMinutes(10), upkeep::check);
    }

    @Bean
    RecurringTask verifySearchIndex(SearchUpkeep upkeep) {
        return new RecurringTask("code.verify-search-index", Duration.ofHours(24), upkeep::verify);
    }

    @Bean
    EventListener<ProjectDeleted> forgetInSearch(SearchUpkeep upkeep) {
        return new EventListener<>(
                "code.forget-in-search", ProjectDeleted.class, (id, event) -> upkeep.run(event.projectId()));
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
