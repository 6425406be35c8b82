package dev.tandem.server.platform.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request says about how its page is to look. */
record PageSettings(
        Viewer viewer,
        String path,
        String livePosition,
        @Nullable String theme,
        @Nullable Flash flash,
        List<ProjectSection> sections,
        List<InstanceSection> instanceSections) {}
