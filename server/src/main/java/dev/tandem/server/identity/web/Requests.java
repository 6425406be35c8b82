package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Invitations;
import dev.tandem.server.identity.PasswordResets;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What kind of request something is; decided on the path as it was sent. */
final class Requests {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final List<String> GIT = List.of("/info/refs", "/git-upload-pack", "/git-receive-pack", "/HEAD");

    /** With one of these a request proves itself and a cookie does not count; other sites cannot send them. */
    private static final List<String> TOKEN_HEADERS =
            List.of("PRIVATE-TOKEN", "JOB-TOKEN", "RUNNER-TOKEN", "AGENT-TOKEN");

    private static final List<String> SECRET_ADDRESSES =
            List.of(PasswordPages.INVITATION, PasswordResets.LINK, Invitations.LINK);

    private static final String BEARER = "bearer ";

    private Requests() {}

    /** The path that was asked for, still encoded, even in the dispatch to an error page. */
    static String path(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String failed
                ? failed
                : request.getRequestURI();
    }

    /** The path as a log may hold it: of an address that is a secret, only what kind it is. */
    static String logged(HttpServletRequest request) {
        String path = path(request);
        return SECRET_ADDRESSES.stream()
                .filter(path::startsWith)
                .findFirst()
                .map(beginning -> beginning + "…")
                .orElse(path);
    }

    static boolean isApi(HttpServletRequest request) {
        return path(request).startsWith("/api/");
    }

    /** git over HTTP, which knows neither cookies nor forms. */
    static boolean isGit(HttpServletRequest request) {
        String path = path(request);
        return GIT.stream().anyMatch(path::endsWith) && path.contains(".git/");
    }

    static boolean isSafe(HttpServletRequest request) {
        return SAFE.contains(request.getMethod());
    }

    static boolean hasTokenHeader(HttpServletRequest request) {
        return TOKEN_HEADERS.stream().anyMatch(name -> request.getHeader(name) != null)
                || bearer(request).isPresent();
    }

    static Optional<String> bearer(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Authorization"))
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip());
    }

    static Optional<String> cookie(HttpServletRequest request, String name) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(name))
                        .map(Cookie::getValue)
                        .findFirst();
    }

    /** A path of this server to go back to; the root for anything that could lead elsewhere. */
    static String localPath(String wanted) {
        boolean local = wanted.startsWith("/")
                && !wanted.startsWith("//")
                && wanted.length() <= 2000
                && wanted.chars().noneMatch(c -> c == '\\' || c <= ' ' || c == 0x7f);
        return local ? wanted : "/";
    }
}
