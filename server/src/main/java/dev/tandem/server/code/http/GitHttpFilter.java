package dev.tandem.server.code.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import org.eclipse.jgit.http.server.GitFilter;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Git's smart HTTP protocol at {@code /<project>.git/}. Stands before the security filters: git clients have neither
 * sessions nor CSRF tokens, and prove themselves on each request.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class GitHttpFilter extends OncePerRequestFilter {
    private final GitAdmissions admissions;
    private final GitFilter git;

    GitHttpFilter(GitAdmissions admissions, GitFilter git) {
        this.admissions = admissions;
        this.git = git;
    }

    @Override
    protected void initFilterBean() throws ServletException {
        git.init(new NoParameters(GitFaults.loggedBriefly(getServletContext())));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<GitAddress> address = GitAddress.of(request.getRequestURI(), service(request));
        if (address.isEmpty()) {
            chain.doFilter(request, response);
        } else if (!address.get().dotGit()) {
            redirect(request, response, address.get());
        } else {
            answer(request, response, address.get());
        }
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, GitAddress address)
            throws ServletException, IOException {
        String authorization = request.getHeader("Authorization");
        switch (admissions.decide(address, authorization, request.getRemoteAddr())) {
            case GitAdmission.Admitted admitted -> {
                request.setAttribute(GitAdmission.Admitted.class.getName(), admitted);
                git.doFilter(new GitRequest(request, address), response, (asked, answered) -> {
                    throw new ServletException("JGit does not know " + address.endpoint());
                });
            }
            case GitAdmission.Challenge challenge -> {
                response.setHeader("WWW-Authenticate", "Basic realm=\"Tandem\", charset=\"UTF-8\"");
                refuse(response, 401, "Sign in with your username and your password or a personal access token.");
            }
            case GitAdmission.Unknown unknown ->
                refuse(response, 404, "There is no such project, or you may not see it.");
            case GitAdmission.Forbidden forbidden -> refuse(response, 403, forbidden.why());
            case GitAdmission.Throttled throttled -> {
                response.setHeader(
                        "Retry-After", Long.toString(throttled.retryAfter().toSeconds() + 1));
                refuse(response, 429, "Too many wrong attempts; try again later.");
            }
        }
    }

    /** Git shows the text behind "remote:". */
    private static void refuse(HttpServletResponse response, int status, String text) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Clients follow this on their first request only, so the others stay at the new address. */
    private static void redirect(HttpServletRequest request, HttpServletResponse response, GitAddress address) {
        String path = request.getRequestURI();
        String project = path.substring(0, path.length() - address.endpoint().length() - 1);
        String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
        response.setStatus(address.endpoint().equals("info/refs") ? 301 : 404);
        response.setHeader("Location", project + ".git/" + address.endpoint() + query);
    }

    /** Read from the query alone: asking for a parameter would swallow the body of a form post. */
    private static @Nullable String service(HttpServletRequest request) {
        String query = request.getQueryString();
        if (query == null) {
            return null;
        }
        for (String pair : query.split("&")) {
            if (pair.startsWith("service=")) {
                return pair.substring("service=".length());
            }
        }
        return null;
    }

    /** JGit looks at the path info for what is asked. */
    private static final class GitRequest extends HttpServletRequestWrapper {
        private final String path;

        GitRequest(HttpServletRequest request, GitAddress address) {
            super(request);
            this.path = "/project.git/" + address.endpoint();
        }

        @Override
        public String getServletPath() {
            return "";
        }

        @Override
        public String getPathInfo() {
            return path;
        }
    }

    private record NoParameters(ServletContext context) implements FilterConfig {
        @Override
        public String getFilterName() {
            return "git";
        }

        @Override
        public ServletContext getServletContext() {
            return context;
        }

        @Override
        public @Nullable String getInitParameter(String name) {
            return null;
        }

        @Override
        public Enumeration<String> getInitParameterNames() {
            return Collections.emptyEnumeration();
        }
    }
}
