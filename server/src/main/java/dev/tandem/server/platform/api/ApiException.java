package dev.tandem.server.platform.api;

import java.io.Serial;
import java.util.List;
import java.util.Map;

/** Ends the handling of an API request with an error in the shape that clients expect. */
public final class ApiException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Map<String, Object> body;

    private ApiException(int status, String text, Map<String, Object> body) {
        // Nobody reads the stack of an answer.
        super(text, null, false, false);
        this.status = status;
        this.body = body;
    }

    /** {@code {"message": "..."}} */
    public ApiException(int status, String message) {
        this(status, message, Map.of("message", message));
    }

    /** 400: {@code {"error": "title is missing"}} */
    public static ApiException missing(String parameter) {
        return error(parameter + " is missing");
    }

    /** 400: {@code {"error": "page is invalid"}} */
    public static ApiException malformed(String parameter) {
        return error(parameter + " is invalid");
    }

    /** 400: {@code {"message": {"title": ["can't be blank"]}}} */
    public static ApiException invalid(String field, String problem) {
        return new ApiException(400, field + " " + problem, Map.of("message", Map.of(field, List.of(problem))));
    }

    /** 401: no credentials, or wrong ones. */
    public static ApiException unauthorized() {
        return new ApiException(401, "401 Unauthorized");
    }

    public static ApiException forbidden() {
        return new ApiException(403, "403 Forbidden");
    }

    /** 403: the token's scopes do not reach; {@code scope} is the one that would do. */
    public static ApiException insufficientScope(String scope) {
        String description = "The request requires higher privileges than provided by the access token.";
        return new ApiException(
                403,
                description,
                Map.of("error", "insufficient_scope", "error_description", description, "scope", scope));
    }

    /** 401: the token was right once. */
    public static ApiException expiredToken() {
        String description = "Token is expired. You can either do re-authorization or token refresh.";
        return new ApiException(401, description, Map.of("error", "invalid_token", "error_description", description));
    }

    /** 404: {@code {"message": "404 Project Not Found"}} for {@code Project}; also where it may not be seen. */
    public static ApiException notFound(String what) {
        return new ApiException(404, "404 " + what + " Not Found");
    }

    /** 404 for an address that no resource serves. */
    public static ApiException noSuchRoute() {
        return new ApiException(404, "404 Not Found", Map.of("error", "404 Not Found"));
    }

    public static ApiException conflict(String message) {
        return new ApiException(409, message);
    }

    public int status() {
        return status;
    }

    /** To be written as JSON. */
    public Map<String, Object> body() {
        return body;
    }

    private static ApiException error(String text) {
        return new ApiException(400, text, Map.of("error", text));
    }
}
