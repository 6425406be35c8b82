package dev.tandem.server.code;

import dev.tandem.server.identity.Actor;
import java.util.List;

/** Knows what waits for somebody; a bean of each package that owns such things. */
public interface Needs {
    /**
     * What waits for {@code viewer}, at most some 50, the newest first.
     *
     * @param mine the projects in which the viewer is a developer or more, those changed last first
     */
    List<Need> of(Actor.Person viewer, List<Project> mine);
}
