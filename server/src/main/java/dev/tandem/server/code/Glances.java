package dev.tandem.server.code;

import dev.tandem.server.identity.Actor;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Answers {@link Glance.Question}s; a bean of each package that can. */
public interface Glances {
    /**
     * The answers by project. One that {@code viewer} may not see the matter of is missing.
     *
     * @param projects some 20 at most, which the viewer may see
     */
    Map<Long, List<Glance>> of(Actor viewer, Collection<Project> projects);
}
