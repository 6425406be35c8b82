package dev.tandem.server.platform.live;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Says who may watch the topics of one kind; a bean of the package that publishes them. Topics without a guard can be
 * watched by nobody.
 */
public interface TopicGuard {
    /** The part of the topic before its first slash: {@code pipeline} for {@code pipeline/12}. */
    String kind();

    /**
     * Whether whoever sent {@code request} may see what happens to {@code name}. Asked whenever a browser connects,
     * which it does every few minutes, so a right that was taken away ends soon after.
     *
     * @param name the part of the topic behind its first slash: {@code 12}; comes from outside, so check its form
     */
    boolean mayWatch(HttpServletRequest request, String name);
}
