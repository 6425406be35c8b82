package dev.tandem.server.identity;

import jakarta.servlet.http.HttpServletRequest;

/** Who sent a request, for code that gets no {@link Actor} argument, such as guards of live topics. */
public interface Actors {
    /** {@link Actor#ANONYMOUS} also for a wrong token. */
    Actor actor(HttpServletRequest request);
}
