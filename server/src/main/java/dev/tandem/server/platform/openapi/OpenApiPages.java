package dev.tandem.server.platform.openapi;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.InstanceSection;
import dev.tandem.server.platform.web.Page;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseBody;

/** The REST resources, as a document for programs and as a page for people. */
@Controller
public final class OpenApiPages {
    private static final String PAGE = "/-/help/api";

    private final OpenApi document;
    private final Routes routes;

    OpenApiPages(OpenApi document, Routes routes) {
        this.document = document;
        this.routes = routes;
    }

    /** The page: what there is, by its kind. */
    public record Model(Map<String, List<Route>> byTag) {}

    @Requires(Permission.ANYONE)
    @ResponseBody
    @GetMapping(value = "/api/v4/openapi.json", produces = "application/json")
    Map<String, Object> document() {
        return document.document();
    }

    @Requires(Permission.ANYONE)
    @GetMapping(PAGE)
    Page page() {
        return new Page(
                "platform/api.jte",
                new Model(routes.all().stream()
                        .collect(Collectors.groupingBy(Route::tag, TreeMap::new, Collectors.toList()))));
    }

    @Configuration(proxyBeanMethods = false)
    static class Sections {
        @Bean
        InstanceSection apiSection() {
            return new InstanceSection("platform.api.title", "code", PAGE, 400, InstanceSection.Audience.EVERYBODY);
        }
    }
}
