package dev.tandem.server.code.web;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.InstanceSection;
import dev.tandem.server.platform.web.ProjectSection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Entries of the navigation that lead to this package's pages. */
@Configuration(proxyBeanMethods = false)
class CodeSections {
    @Bean
    ProjectSection overviewSection() {
        return new ProjectSection("code", "code.section.overview", "code", "", 100, 'c', Permission.READ_PROJECT);
    }

    @Bean
    ProjectSection commitsSection() {
        return new ProjectSection(
                "commits", "code.section.commits", "commit", "/-/commits/HEAD", 110, 'h', Permission.READ_CODE);
    }

    @Bean
    ProjectSection branchesSection() {
        return new ProjectSection(
                "branches", "code.section.branches", "branch", "/-/branches", 120, 'b', Permission.READ_CODE);
    }

    @Bean
    ProjectSection tagsSection() {
        return new ProjectSection("tags", "code.section.tags", "tag", "/-/tags", 130, 't', Permission.READ_CODE);
    }

    @Bean
    ProjectSection releasesSection() {
        return new ProjectSection(
                "releases", "code.section.releases", "bundle", "/-/releases", 140, ' ', Permission.READ_CODE);
    }

    @Bean
    ProjectSection settingsSection() {
        return new ProjectSection(
                "settings", "code.section.settings", "settings", "/-/settings", 920, 's', Permission.MANAGE_PROJECT);
    }

    @Bean
    InstanceSection markedSection() {
        return new InstanceSection("code.marked.title", "trash", "/-/marked", 130, InstanceSection.Audience.SIGNED_IN);
    }

    @Bean
    InstanceSection newProjectSection() {
        return new InstanceSection("code.new.title", "plus", "/-/projects/new", 10, InstanceSection.Audience.SIGNED_IN);
    }

    @Bean
    InstanceSection searchSection() {
        return new InstanceSection(
                "code.search.everywhere", "search", "/-/search", 5, InstanceSection.Audience.EVERYBODY);
    }
}
