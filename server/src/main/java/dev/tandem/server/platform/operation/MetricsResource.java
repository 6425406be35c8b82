package dev.tandem.server.platform.operation;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** What Prometheus scrapes, with an administrator's token of scope {@code read_api} as bearer token. */
@Controller
final class MetricsResource {
    private final PrometheusMeterRegistry registry;

    MetricsResource(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Requires(Permission.ADMINISTER)
    @GetMapping("/-/metrics")
    void metrics(HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;version=0.0.4;charset=utf-8");
        registry.scrape(response.getOutputStream());
    }
}
