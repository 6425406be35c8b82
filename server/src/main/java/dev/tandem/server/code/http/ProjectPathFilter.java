package dev.tandem.server.code.http;

import dev.tandem.server.identity.Namespaces;
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
 * Lets handlers of pages see the full path of a project or group, however deep, as one path variable {@code {project}} or
 * {@code {group}}, and sends the bare address of a group or user to its page. Runs last of the filters, so that the others
 * see the address that was asked for.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class ProjectPathFilter extends OncePerRequestFilter {
    private final Namespaces namespaces;

    ProjectPathFilter(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = request.getRequestURI();
        Optional<String> joined =
                ProjectAddresses.bare(path).flatMap(this::page).or(() -> ProjectAddresses.joined(path));
        if (joined.isPresent()) {
            chain.doFilter(new Joined(request, joined.get()), response);
        } else {
            chain.doFilter(request, response);
        }
    }

    /** A group's old address stands for it, too: who may see the group is sent on from there. */
    private Optional<String> page(String fullPath) {
        return namespaces
                .findByPath(fullPath)
                .or(() -> namespaces.movedGroup(fullPath))
                .map(namespace -> (namespace.isGroup() ? ProjectAddresses.GROUPS : "/users") + "/"
                        + fullPath.replace("/", "%2F"));
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
