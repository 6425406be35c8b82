package dev.tandem.server.code.web;

import dev.tandem.server.code.Glance;
import dev.tandem.server.code.Need;
import dev.tandem.server.code.Needs;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.web.Page;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** What somebody sees after signing in: what waits for them, then how their projects are. Others see the list of projects. */
@Controller
public final class HomePages {
    /** Of more projects, those that were changed last. */
    private static final int MOST_WATCHED = 200;

    private static final int MOST_SHOWN = 20;
    private static final int MOST_NEEDS = 50;

    private final Projects projects;
    private final ProjectListPages list;
    private final Overview overview;
    private final ObjectProvider<Needs> needs;

    HomePages(Projects projects, ProjectListPages list, Overview overview, ObjectProvider<Needs> needs) {
        this.projects = projects;
        this.list = list;
        this.overview = overview;
        this.needs = needs;
    }

    /**
     * The page.
     *
     * @param more whether there are projects of this person that are not shown
     */
    public record Model(List<Need> needs, List<Row> projects, boolean more) {}

    /** One project and its answers, by question; an empty list where there is none. */
    public record Row(Project project, Map<Glance.Question, List<Glance>> answers) {
        public List<Glance> to(Glance.Question question) {
            return answers.getOrDefault(question, List.of());
        }
    }

    @GetMapping("/")
    @Requires(Permission.ANYONE)
    Page home(Actor actor) {
        return actor instanceof Actor.Person person ? home(person) : list.list(actor, "", 1);
    }

    private Page home(Actor.Person person) {
        List<Project> mine = projects.list(person, members(Role.DEVELOPER), 0, MOST_WATCHED);
        List<Project> known = projects.list(person, members(Role.GUEST), 0, MOST_SHOWN + 1);
        List<Row> rows = overview.of(person, known.subList(0, Math.min(MOST_SHOWN, known.size()))).entrySet().stream()
                .map(entry -> new Row(entry.getKey(), entry.getValue()))
                .toList();
        return new Page("code/home.jte", new Model(waiting(person, mine), rows, known.size() > MOST_SHOWN));
    }

    private List<Need> waiting(Actor.Person person, List<Project> mine) {
        return needs.stream()
                .flatMap(one -> one.of(person, mine).stream())
                .sorted(Comparator.comparing(Need::urgency).thenComparing(Need::at, Comparator.reverseOrder()))
                .limit(MOST_NEEDS)
                .toList();
    }

    private static Projects.Filter members(Role role) {
        return new Projects.Filter("", Optional.empty(), Optional.of(role), Optional.empty());
    }
}
