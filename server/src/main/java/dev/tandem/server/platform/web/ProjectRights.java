package dev.tandem.server.platform.web;

import dev.tandem.server.platform.access.Permission;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/** Tells what somebody may do with a project, so that nothing leads to a page that refuses them; implemented by {@code identity}. */
public interface ProjectRights {
    /** The permissions that the sender of {@code request} holds in the project; none when there is no such project. */
    Set<Permission> held(HttpServletRequest request, long projectId);
}
