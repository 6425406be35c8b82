package dev.tandem.server.platform.web;

import dev.tandem.server.platform.access.Permission;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a request says about how its page is to look. */
record PageSettings(
        Viewer viewer,
        String path,
        String livePosition,
        @Nullable String theme,
        @Nullable Flash flash,
        List<ProjectSection> sections,
        Function<ProjectNav, Set<Permission>> rights,
        List<GroupSection> groupSections,
        Function<GroupNav, Set<Permission>> groupRights,
        List<InstanceSection> instanceSections) {}
