package dev.tandem.server.identity;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.TopicGuard;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Pattern;

/** Who may watch what belongs to a project: whoever holds a permission there. Safe for use by many threads. */
public final class ProjectTopics {
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

    private final Actors actors;
    private final Access access;
    private final ProjectDirectory projects;

    ProjectTopics(Actors actors, Access access, ProjectDirectory projects) {
        this.actors = actors;
        this.access = access;
        this.projects = projects;
    }

    /**
     * Guards topics whose names are numbers.
     *
     * @param projectOf id of the project to which the thing of that number belongs; empty when there is no such thing
     */
    public TopicGuard guard(String kind, Permission permission, LongFunction<Optional<Long>> projectOf) {
        return new TopicGuard() {
            @Override
            public String kind() {
                return kind;
            }

            @Override
            public boolean mayWatch(HttpServletRequest request, String name) {
                return NUMBER.matcher(name).matches()
                        && projectOf
                                .apply(Long.parseLong(name))
                                .flatMap(project -> projects.find(Long.toString(project)))
                                .filter(project -> access.decide(actors.actor(request), permission, project)
                                        .isAllowed())
                                .isPresent();
            }
        };
    }
}
