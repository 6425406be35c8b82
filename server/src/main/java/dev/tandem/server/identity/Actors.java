package dev.tandem.server.identity;

import jakarta.servlet.http.HttpServletRequest;

/** Who sends requests; for the few places that decide without {@code @Requires}, such as who may watch live updates. */
public interface Actors {
    /** Who sent it; nobody when the credentials are wrong. */
    Actor of(HttpServletRequest request);
}
