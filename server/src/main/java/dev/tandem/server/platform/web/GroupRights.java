package dev.tandem.server.platform.web;

import dev.tandem.server.platform.access.Permission;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/** Tells what somebody may do with a group, as {@link ProjectRights} does of projects; implemented by {@code identity}. */
public interface GroupRights {
    /** The permissions that the sender of {@code request} holds in the group; none when there is no such group. */
    Set<Permission> held(HttpServletRequest request, long groupId);
}
