package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.api.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sends on who asked for a project or group by an address that it had before; only those who may do there what they ask for,
 * so that nobody else learns where it went.
 */
final class MovedAddresses {
    private static final String MOVED = MovedAddresses.class.getName();
    private static final String GROUPS = "/groups/";

    /** @param asked old full path; @param kind how the API calls its resources */
    private record Moved(String asked, String fullPath, String kind, long id) {}

    ProjectFacts note(HttpServletRequest request, String asked, ProjectFacts found) {
        request.setAttribute(MOVED, new Moved(asked, found.fullPath(), "projects", found.id()));
        return found;
    }

    Namespace note(HttpServletRequest request, String asked, Namespace found) {
        request.setAttribute(MOVED, new Moved(asked, found.fullPath(), "groups", found.id()));
        return found;
    }

    /**
     * Answers a request for a page.
     *
     * @param address as the browser wrote it
     * @return whether it is answered
     */
    boolean page(HttpServletRequest request, HttpServletResponse response, String address) throws IOException {
        Moved moved = of(request);
        if (moved == null) {
            return false;
        }
        String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
        int start = address.startsWith(GROUPS) ? GROUPS.length() : 1;
        String asked = moved.asked();
        // An address that is encoded in some unusual way leads to the first page.
        String to = address.regionMatches(true, start, asked, 0, asked.length())
                ? address.substring(0, start) + moved.fullPath() + address.substring(start + asked.length()) + query
                : "/" + moved.fullPath();
        response.sendRedirect(to);
        return true;
    }

    /**
     * Answers a request to the API, as GitLab does: by number, which is good for ever.
     *
     * @return whether it is answered
     * @throws ApiException 405 for one that changes something
     */
    boolean api(HttpServletRequest request, HttpServletResponse response) {
        Moved moved = of(request);
        if (moved == null) {
            return false;
        }
        if (!Requests.isSafe(request)) {
            throw new ApiException(405, "Non GET methods are not allowed for moved projects");
        }
        String resource = "/api/v4/" + moved.kind() + "/";
        String path = Requests.path(request);
        int end = path.indexOf('/', resource.length());
        String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
        response.setStatus(HttpServletResponse.SC_MOVED_PERMANENTLY);
        response.setHeader("Location", resource + moved.id() + (end < 0 ? "" : path.substring(end)) + query);
        return true;
    }

    private static @Nullable Moved of(HttpServletRequest request) {
        return request.getAttribute(MOVED) instanceof Moved moved ? moved : null;
    }
}
