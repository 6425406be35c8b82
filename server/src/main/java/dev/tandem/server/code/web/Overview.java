package dev.tandem.server.code.web;

import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Glance;
import dev.tandem.server.code.Glances;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Gathers the answers to what everybody asks of a project first; what changed last is answered here. */
@Component
final class Overview {
    private final ObjectProvider<Glances> others;
    private final Repositories repositories;
    private final Access access;

    Overview(ObjectProvider<Glances> others, Repositories repositories, Access access) {
        this.others = others;
        this.repositories = repositories;
        this.access = access;
    }

    /** By project in the order given, then by question; a question without an answer has an empty list. */
    Map<Project, Map<Glance.Question, List<Glance>>> of(Actor viewer, Collection<Project> projects) {
        List<Map<Long, List<Glance>>> told =
                others.stream().map(one -> one.of(viewer, projects)).toList();
        Map<Project, Map<Glance.Question, List<Glance>>> answers = new LinkedHashMap<>();
        for (Project project : projects) {
            List<Glance> all = new ArrayList<>();
            told.forEach(one -> all.addAll(one.getOrDefault(project.id(), List.of())));
            changed(viewer, project).ifPresent(all::add);
            answers.put(project, byQuestion(all));
        }
        return answers;
    }

    private static Map<Glance.Question, List<Glance>> byQuestion(List<Glance> all) {
        Map<Glance.Question, List<Glance>> answers = new EnumMap<>(Glance.Question.class);
        for (Glance.Question question : Glance.Question.values()) {
            answers.put(
                    question,
                    all.stream().filter(one -> one.question() == question).toList());
        }
        return answers;
    }

    private Optional<Glance> changed(Actor viewer, Project project) {
        ProjectFacts facts = project.facts();
        if (!access.decide(viewer, Permission.READ_CODE, facts).isAllowed()) {
            return Optional.empty();
        }
        return repositories
                .resolve(project.id(), "refs/heads/" + project.defaultBranch())
                .flatMap(sha -> repositories.commit(project.id(), sha))
                .map(commit -> glance(project, commit));
    }

    private static Glance glance(Project project, Commit commit) {
        return new Glance(
                Glance.Question.CHANGED,
                null,
                Text.plain(commit.title().isBlank() ? commit.shortSha() : commit.title()),
                Text.plain(commit.authorName()),
                new Links(project.fullPath()).commit(commit.sha()),
                commit.committedAt());
    }
}
