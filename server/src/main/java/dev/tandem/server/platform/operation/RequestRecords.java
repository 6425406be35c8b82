package dev.tandem.server.platform.operation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Gives each request an id (the client's, if it sent a usable one), which stands in the reply and in every log record of
 * that request, and times it by route.
 */
final class RequestRecords extends OncePerRequestFilter {
    private static final String HEADER = "X-Request-Id";
    private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final MeterRegistry registry;

    RequestRecords(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long start = System.nanoTime();
        String id = id(request.getHeader(HEADER));
        response.setHeader(HEADER, id);
        if (request.getRequestURI().startsWith("/api/")) {
            response.setHeader("Cache-Control", "max-age=0, private, must-revalidate");
            response.setHeader("Vary", "Origin");
        }
        MDC.put("request_id", id);
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove("request_id");
            MDC.remove("user");
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new WhenDone(() -> record(request, response, start)));
            } else {
                record(request, response, start);
            }
        }
    }

    private void record(HttpServletRequest request, HttpServletResponse response, long start) {
        Timer.builder("http.server.requests")
                .tag("method", METHODS.contains(request.getMethod()) ? request.getMethod() : "OTHER")
                .tag("uri", route(request))
                .tag("status", Integer.toString(response.getStatus()))
                .register(registry)
                .record(System.nanoTime() - start, java.util.concurrent.TimeUnit.NANOSECONDS);
    }

    /** The pattern of the handler, never the address itself: the number of time series must not depend on visitors. */
    private static String route(HttpServletRequest request) {
        return request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof Object pattern
                ? pattern.toString()
                : "none";
    }

    private static String id(@Nullable String sent) {
        return sent != null && USABLE.matcher(sent).matches()
                ? sent
                : UUID.randomUUID().toString().replace("-", "");
    }

    private record WhenDone(Runnable action) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            action.run();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // onComplete follows.
        }

        @Override
        public void onError(AsyncEvent event) {
            // onComplete follows.
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
