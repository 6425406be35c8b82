package dev.tandem.server.code.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What all requests of Git LFS have in common: who is let in, and JSON of their own kind. Safe for use by many threads. */
@Component
class LfsExchange {
    private static final String JSON = "application/vnd.git-lfs+json";
    private static final int LARGEST_REQUEST = 1024 * 1024;

    private final GitAdmissions admissions;
    private final JsonMapper json;

    LfsExchange(GitAdmissions admissions, JsonMapper json) {
        this.admissions = admissions;
        this.json = json;
    }

    /** Empty when it was refused; the answer is written then. */
    Optional<GitAdmission.Admitted> admitted(
            HttpServletRequest request, HttpServletResponse response, LfsAddress address, boolean upload)
            throws IOException {
        GitAdmission admission =
                admissions.lfs(address.fullPath(), upload, request.getHeader("Authorization"), request.getRemoteAddr());
        switch (admission) {
            case GitAdmission.Admitted admitted -> {
                return Optional.of(admitted);
            }
            case GitAdmission.Challenge challenge -> {
                response.setHeader("LFS-Authenticate", "Basic realm=\"Tandem\"");
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
        return Optional.empty();
    }

    /** An empty object for whatever is no JSON of a size that could be meant. */
    JsonNode body(HttpServletRequest request) throws IOException {
        byte[] bytes = request.getInputStream().readNBytes(LARGEST_REQUEST);
        try {
            return json.readTree(bytes);
        } catch (JacksonException e) {
            return json.createObjectNode();
        }
    }

    void refuse(HttpServletResponse response, int status, String message) throws IOException {
        answer(response, status, Map.of("message", message));
    }

    void answer(HttpServletResponse response, int status, Map<String, Object> body) throws IOException {
        response.setStatus(status);
        response.setContentType(JSON);
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(json.writeValueAsBytes(body));
    }
}
