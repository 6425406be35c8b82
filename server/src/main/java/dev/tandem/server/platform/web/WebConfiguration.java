package dev.tandem.server.platform.web;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.LiveHub;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts the parts of the face together. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {
    /** Outside of the server's packages: templates see models of all of them. Also in the build's jte plugin. */
    private static final String TEMPLATES = "dev.tandem.templates";

    /** Without people there is nobody to keep anything from. */
    private static final ProjectRights ALL_RIGHTS = (request, project) -> EnumSet.allOf(Permission.class);

    @Bean
    Assets assets() {
        return new Assets();
    }

    @Bean
    TemplateEngine templateEngine() {
        return TemplateEngine.createPrecompiled(null, ContentType.Html, null, TEMPLATES);
    }

    @Bean
    PageRenderer pageRenderer(
            TemplateEngine templates,
            ObjectProvider<Viewers> viewers,
            ObjectProvider<ProjectRights> rights,
            ObjectProvider<GroupRights> groupRights,
            Clock clock,
            Assets assets,
            ObjectProvider<ProjectSection> sections,
            ObjectProvider<GroupSection> groupSections,
            ObjectProvider<InstanceSection> instanceSections) {
        return new PageRenderer(
                templates,
                viewers.getIfAvailable(() -> request -> Viewer.NOBODY),
                rights.getIfAvailable(() -> ALL_RIGHTS),
                groupRights.getIfAvailable(() -> ALL_RIGHTS::held),
                clock,
                assets,
                sections.stream().toList(),
                groupSections.stream().toList(),
                instanceSections.stream().toList());
    }

    @Bean
    PaletteSource projectPalette(
            PageRenderer renderer,
            ObjectProvider<PaletteProjects> projects,
            ObjectProvider<ProjectRights> rights,
            ObjectProvider<ProjectSection> sections) {
        return new ProjectPalette(
                renderer,
                projects.getIfAvailable(() -> (request, search, most) -> List.of()),
                rights.getIfAvailable(() -> ALL_RIGHTS),
                sections.stream().toList());
    }

    @Bean
    WebMvcConfigurer pages(PageRenderer renderer, LiveHub live) {
        return new WebMvcConfigurer() {
            @Override
            public void addReturnValueHandlers(List<HandlerMethodReturnValueHandler> handlers) {
                handlers.add(new PageReturnValues(renderer));
            }

            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new LivePosition(live));
            }
        };
    }
}
