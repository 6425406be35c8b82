package dev.tandem.server.identity.web;

import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.PageRenderer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes errors: JSON for the API, a page for people, a line for git. */
@Component
final class FaultResponses {
    /** Looked up late: the renderer stands on MVC, and the filter chain that uses this stands before it. */
    private final ObjectProvider<PageRenderer> pages;

    private final JsonMapper json;

    FaultResponses(ObjectProvider<PageRenderer> pages, JsonMapper json) {
        this.pages = pages;
        this.json = json;
    }

    /** @param reason key of a sentence for people; null for the general one */
    void write(HttpServletRequest request, HttpServletResponse response, int status, @Nullable String reason)
            throws IOException {
        if (Requests.isApi(request)) {
            json(response, status, general(status).body());
        } else if (Requests.isGit(request)) {
            text(response, status);
        } else {
            page(request, response, status, reason);
        }
    }

    void write(HttpServletRequest request, HttpServletResponse response, ApiException fault) throws IOException {
        if (Requests.isApi(request)) {
            json(response, fault.status(), fault.body());
        } else {
            write(request, response, fault.status(), null);
        }
    }

    private void page(HttpServletRequest request, HttpServletResponse response, int status, @Nullable String reason)
            throws IOException {
        PageRenderer renderer = pages.getObject();
        String sentence = reason == null ? null : renderer.ui(request, response).t(reason);
        renderer.render(ErrorPages.of(status, sentence), request, response);
    }

    private void json(HttpServletResponse response, int status, Map<String, Object> body) throws IOException {
        byte[] bytes = json.writeValueAsBytes(body);
        response.setStatus(status);
        // Exactly so: a client compares the header with this text.
        response.setContentType("application/json");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private static void text(HttpServletResponse response, int status) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter().println(status == 404 ? "not found" : "refused");
    }

    private static ApiException general(int status) {
        return switch (status) {
            case 400 -> new ApiException(400, "400 Bad request");
            case 401 -> ApiException.unauthorized();
            case 403 -> ApiException.forbidden();
            case 404 -> ApiException.noSuchRoute();
            case 405 -> new ApiException(405, "405 Method Not Allowed");
            case 413 -> new ApiException(413, "413 Request Entity Too Large");
            case 415 -> new ApiException(415, "415 Unsupported Media Type");
            case 500 -> new ApiException(500, "500 Internal Server Error");
            default -> new ApiException(status, Integer.toString(status));
        };
    }
}
