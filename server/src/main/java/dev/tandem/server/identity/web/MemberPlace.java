package dev.tandem.server.identity.web;

import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.web.GroupNav;
import dev.tandem.server.platform.web.ProjectNav;
import org.jspecify.annotations.Nullable;

/** A project or group whose members are looked at or changed. Exactly one of {@code project} and {@code group} is there. */
public record MemberPlace(
        MemberSource source,
        String fullPath,
        @Nullable ProjectNav project,
        @Nullable GroupNav group) {
    static MemberPlace of(ProjectFacts project) {
        return new MemberPlace(
                MemberSource.of(project),
                project.fullPath(),
                new ProjectNav(project.id(), project.fullPath(), project.name()),
                null);
    }

    static MemberPlace of(Namespace group) {
        return new MemberPlace(
                MemberSource.of(group),
                group.fullPath(),
                null,
                new GroupNav(group.id(), group.fullPath(), group.name()));
    }

    /** Address of the page of its members. */
    public String members() {
        return group == null ? "/" + fullPath + MemberPages.PROJECT : "/groups/" + fullPath + MemberPages.GROUP;
    }
}
