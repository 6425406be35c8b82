package dev.tandem.server.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;

/** Knows the projects that somebody may see; a bean of the package that owns them. */
public interface PaletteProjects {
    /**
     * Those that the sender of {@code request} may see, last changed first.
     *
     * @param search part of name or path, whatever the case; empty for all
     */
    List<ProjectNav> find(HttpServletRequest request, String search, int most);
}
