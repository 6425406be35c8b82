package dev.tandem.server.platform.web;

import dev.tandem.server.platform.live.LiveHub;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Notes where the stream of events stands before a handler reads anything: the page then subscribes from there, and
 * what changes between reading and subscribing is not lost.
 */
final class LivePosition implements HandlerInterceptor {
    static final String ATTRIBUTE = "tandem.live-position";

    private final LiveHub live;

    LivePosition(LiveHub live) {
        this.live = live;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        request.setAttribute(ATTRIBUTE, live.position());
        return true;
    }
}
