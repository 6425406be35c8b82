package dev.tandem.server.platform.web;

import jakarta.servlet.http.HttpServletRequest;

/** Tells who sent a request; implemented by {@code identity}. Without a bean everybody is {@link Viewer#NOBODY}. */
public interface Viewers {
    Viewer of(HttpServletRequest request);
}
