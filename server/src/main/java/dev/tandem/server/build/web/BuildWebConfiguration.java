package dev.tandem.server.build.web;

import dev.tandem.server.build.artifacts.ArchiveView;
import dev.tandem.server.build.artifacts.JobArtifacts;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.identity.ProjectTopics;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.TopicGuard;
import dev.tandem.server.platform.web.GroupSection;
import dev.tandem.server.platform.web.InstanceSection;
import dev.tandem.server.platform.web.InstanceSection.Audience;
import dev.tandem.server.platform.web.ProjectSection;
import java.util.Optional;
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
    TopicGuard pipelineTopics(ProjectTopics topics, Database database, PipelineStore store) {
        return topics.guard(
                "pipeline",
                Permission.READ_PIPELINE,
                id -> database.read(sql -> store.find(sql, id)).map(PipelineRecord::projectId));
    }

    @Bean
    TopicGuard jobTopics(ProjectTopics topics, Database database, JobStore store) {
        return topics.guard(
                "job",
                Permission.READ_PIPELINE,
                id -> database.read(sql -> store.find(sql, id)).map(JobRecord::projectId));
    }

    @Bean
    TopicGuard pipelineListTopics(ProjectTopics topics) {
        return topics.guard("pipelines", Permission.READ_PIPELINE, Optional::of);
    }
}
