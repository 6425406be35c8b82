package dev.tandem.server.code.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets handlers of pages see a project's full path, however deep, as one path variable {@code {project}}. Runs last of the
 * filters, so that the others see the address that was asked for.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class ProjectPathFilter extends OncePerRequestFilter {
    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<String> joined = ProjectAddresses.joined(request.getRequestURI());
        if (joined.isPresent()) {
            chain.doFilter(new Joined(request, joined.get()), response);
        } else {
            chain.doFilter(request, response);
        }
    }

    private static final class Joined extends HttpServletRequestWrapper {
        private final String path;

        Joined(HttpServletRequest request, String path) {
            super(request);
            this.path = path;
        }

        @Override
        public String getRequestURI() {
            return path;
        }
    }
}
