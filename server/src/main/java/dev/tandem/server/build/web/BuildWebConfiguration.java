package dev.tandem.server.build.web;

import dev.tandem.server.build.artifacts.ArchiveView;
import dev.tandem.server.build.artifacts.JobArtifacts;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actors;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.TopicGuard;
import dev.tandem.server.platform.web.GroupSection;
import dev.tandem.server.platform.web.InstanceSection;
import dev.tandem.server.platform.web.InstanceSection.Audience;
import dev.tandem.server.platform.web.ProjectSection;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.LongFunction;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What build's pages bring to the frame: an entry in the rail, and who may watch what. */
@Configuration(proxyBeanMethods = false)
class BuildWebConfiguration {

    @Bean
    ProjectSection pipelinesSection() {
        return new ProjectSection(
                "pipelines", "build.section.pipelines", "pipeline", "/-/pipelines", 200, 'p', Permission.READ_PIPELINE);
    }

    @Bean
    ProjectSection variablesSection() {
        return new ProjectSection(
                "variables",
                "build.section.variables",
                "key",
                "/-/settings/variables",
                915,
                ' ',
                Permission.MANAGE_PROJECT);
    }

    @Bean
    InstanceSection runnersSection() {
        return new InstanceSection("build.runners.title", "runner", RunnerPages.PATH, 210, Audience.ADMINISTRATORS);
    }

    @Bean
    ProjectSection schedulesSection() {
        return new ProjectSection(
                "schedules",
                "build.schedules.title",
                "clock",
                "/-/pipeline_schedules",
                210,
                ' ',
                Permission.READ_PIPELINE);
    }

    @Bean
    ProjectSection triggersSection() {
        return new ProjectSection(
                "triggers", "build.triggers.title", "key", "/-/settings/triggers", 917, ' ', Permission.MANAGE_PROJECT);
    }

    @Bean
    GroupSection groupVariablesSection() {
        return new GroupSection(
                "variables", "build.section.variables", "key", "/-/settings/variables", 900, Permission.MANAGE_GROUP);
    }

    @Bean
    InstanceSection allVariablesSection() {
        return new InstanceSection(
                "build.variables.all", "key", VariablePages.OF_INSTALLATION, 220, Audience.ADMINISTRATORS);
    }

    @Bean
    ArchiveView archiveView(JobArtifacts artifacts, Settings settings) {
        return new ArchiveView(artifacts, settings.data().resolve("tmp"));
    }

    @Bean
    TopicGuard pipelineTopics(
            Actors actors, Access access, ProjectDirectory projects, Database db, PipelineStore store) {
        return new ByProject(
                "pipeline",
                actors,
                access,
                projects,
                id -> db.read(sql -> store.find(sql, id)).map(pipeline -> pipeline.projectId()));
    }

    @Bean
    TopicGuard jobTopics(Actors actors, Access access, ProjectDirectory projects, Database db, JobStore store) {
        return new ByProject(
                "job",
                actors,
                access,
                projects,
                id -> db.read(sql -> store.find(sql, id)).map(job -> job.projectId()));
    }

    @Bean
    TopicGuard pipelineListTopics(Actors actors, Access access, ProjectDirectory projects) {
        return new ByProject("pipelines", actors, access, projects, Optional::of);
    }

    /** Whoever may see pipelines of the project that {@code project} names for the topic's number. */
    private record ByProject(
            String kind, Actors actors, Access access, ProjectDirectory projects, LongFunction<Optional<Long>> project)
            implements TopicGuard {
        @Override
        public boolean mayWatch(HttpServletRequest request, String name) {
            return name.matches("[0-9]{1,18}")
                    && project.apply(Long.parseLong(name))
                            .flatMap(id -> projects.find(Long.toString(id)))
                            .filter(found -> access.decide(actors.actor(request), Permission.READ_PIPELINE, found)
                                    .isAllowed())
                            .isPresent();
        }
    }
}
