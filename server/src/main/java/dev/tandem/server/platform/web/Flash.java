package dev.tandem.server.platform.web;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One sentence that a redirect leaves for the next page: what was done. It travels in a cookie of the viewer's own
 * browser, so it may hold nothing secret and nothing is decided by it.
 */
public record Flash(String messageKey, List<String> arguments, Kind kind) {
    /** Whether the sentence tells of something done, or of something that was not done and why. */
    public enum Kind {
        DONE("success"),
        REFUSED("warning");

        private final String state;

        Kind(String state) {
            this.state = state;
        }

        /** The state whose shape and colour stand before the sentence. */
        String state() {
            return state;
        }
    }

    private static final String COOKIE = "tandem_flash";
    private static final int SECONDS = 30;
    private static final int LONGEST = 1500;

    /** What was done. Call before sending the redirect. */
    public static void leave(HttpServletResponse response, String messageKey, Object... arguments) {
        leave(response, Kind.DONE, messageKey, arguments);
    }

    /** What was not done, and why. Call before sending the redirect. */
    public static void refuse(HttpServletResponse response, String messageKey, Object... arguments) {
        leave(response, Kind.REFUSED, messageKey, arguments);
    }

    private static void leave(HttpServletResponse response, Kind kind, String messageKey, Object... arguments) {
        String value = Stream.concat(Stream.of(kind.name(), messageKey), Arrays.stream(arguments))
                .map(part -> URLEncoder.encode(part.toString(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        if (value.length() <= LONGEST) {
            response.addCookie(cookie(value, SECONDS));
        }
    }

    /** Reads the sentence that was left, and takes it away. */
    static @Nullable Flash take(HttpServletRequest request, HttpServletResponse response) {
        String value = CookieValues.find(request, COOKIE);
        if (value == null) {
            return null;
        }
        response.addCookie(cookie("", 0));
        try {
            List<String> parts = Arrays.stream(value.split("&", -1))
                    .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
                    .toList();
            return parts.size() < 2
                    ? null
                    : new Flash(parts.get(1), parts.subList(2, parts.size()), Kind.valueOf(parts.getFirst()));
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private static Cookie cookie(String value, int seconds) {
        Cookie cookie = new Cookie(COOKIE, value);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setMaxAge(seconds);
        cookie.setAttribute("SameSite", "Lax");
        return cookie;
    }
}
