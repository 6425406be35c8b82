package dev.tandem.server.build.web;

import dev.tandem.pipeline.Inspection;
import dev.tandem.pipeline.Outcome;
import dev.tandem.pipeline.syntax.Diagnostic;
import dev.tandem.pipeline.syntax.Excerpt;
import dev.tandem.pipeline.syntax.SourceFiles;
import dev.tandem.server.build.compile.Configurations;
import dev.tandem.server.build.compile.Configurations.Inspected;
import dev.tandem.server.build.compile.IncludedFile;
import dev.tandem.server.build.compile.OverlaidFiles;
import dev.tandem.server.build.compile.Situation;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.ProtectedBranches;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.api.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Looks at a configuration without making a pipeline: the file of a ref, or a text that somebody is about to commit. */
@Component
public final class Linting {
    /** Longer texts are refused. */
    static final int MOST_BYTES = 1024 * 1024;

    private final Projects projects;
    private final Repositories repositories;
    private final ProtectedBranches protectedBranches;
    private final Users users;
    private final Configurations configurations;
    private final Clock clock;

    Linting(
            Projects projects,
            Repositories repositories,
            ProtectedBranches protectedBranches,
            Users users,
            Configurations configurations,
            Clock clock) {
        this.projects = projects;
        this.repositories = repositories;
        this.protectedBranches = protectedBranches;
        this.users = users;
        this.configurations = configurations;
        this.clock = clock;
    }

    /**
     * What is asked.
     *
     * @param content null: the file that {@code ref} holds
     * @param ref branch, tag or commit, whose files can be included; null: the default branch
     * @param pipeline whether rules are asked, too, as for a push to {@code ref}
     */
    record Question(@Nullable String content, @Nullable String ref, boolean pipeline) {}

    /** A problem with the line it speaks of; null when that line is not at hand. */
    public record Finding(Diagnostic diagnostic, @Nullable Excerpt excerpt) {}

    /**
     * What is to be said.
     *
     * @param content the file that was looked at
     * @param outcome of a pipeline; null when none was asked for
     */
    record Answer(
            Inspection inspection,
            List<Finding> findings,
            List<IncludedFile> includes,
            String content,
            @Nullable Outcome outcome) {
        boolean valid() {
            return findings.stream().noneMatch(finding -> finding.diagnostic().isError());
        }
    }

    /**
     * @return empty when there is no such ref
     * @throws ApiException 413 when the text is too long
     */
    Optional<Answer> lint(ProjectFacts facts, Actor actor, Question question) {
        byte[] given = question.content() == null ? null : question.content().getBytes(StandardCharsets.UTF_8);
        if (given != null && given.length > MOST_BYTES) {
            throw new ApiException(413, "The configuration is longer than 1 MB");
        }
        Project project = projects.find(facts.id()).orElseThrow(() -> ApiException.notFound("Project"));
        User user = users.find(actor.userId().orElseThrow()).orElseThrow();
        String ref = Optional.ofNullable(question.ref()).orElse(project.defaultBranch());
        Optional<Commit> commit =
                repositories.resolve(project.id(), ref).flatMap(sha -> repositories.commit(project.id(), sha));
        boolean unborn = commit.isEmpty() && given != null && isEmpty(facts);
        return commit.or(() -> unborn ? Optional.of(nothing(user)) : Optional.empty())
                .map(found -> answer(situation(project, found, ref, user), given, question.pipeline()));
    }

    /** What the configuration that {@code ref} holds asks somebody who starts a pipeline by hand; empty without such a file. */
    Optional<Inspection> asks(ProjectFacts facts, Actor actor, String ref) {
        return lint(facts, actor, new Question(null, ref, false)).map(Answer::inspection);
    }

    /** Whether nobody has pushed anything yet. */
    boolean isEmpty(ProjectFacts project) {
        return repositories.resolve(project.id(), "HEAD").isEmpty();
    }

    private Answer answer(Situation situation, byte @Nullable [] given, boolean pipeline) {
        SourceFiles files = configurations.files(
                situation.project().id(), situation.commit().sha());
        SourceFiles seen = given == null ? files : new OverlaidFiles(files, Map.of(Configurations.FILE, given));
        Inspected inspected = pipeline
                ? configurations.dryRun(situation, seen, Configurations.FILE)
                : configurations.inspect(situation, seen, Configurations.FILE);
        byte[] root = seen.read(Configurations.FILE, MOST_BYTES);
        return new Answer(
                inspected.inspection(),
                inspected.inspection().diagnostics().stream()
                        .map(each -> new Finding(each, excerpt(each, root, inspected)))
                        .toList(),
                inspected.includes(),
                root == null ? "" : new String(root, StandardCharsets.UTF_8),
                inspected.outcome());
    }

    private static @Nullable Excerpt excerpt(Diagnostic diagnostic, byte @Nullable [] root, Inspected inspected) {
        Optional<byte[]> content = diagnostic.file().equals(Configurations.FILE)
                ? Optional.ofNullable(root)
                : inspected.contents().apply(diagnostic.file());
        return content.flatMap(bytes -> new String(bytes, StandardCharsets.UTF_8)
                        .lines()
                        .skip(diagnostic.line() - 1L)
                        .findFirst())
                .map(line -> Excerpt.of(line, diagnostic.column()))
                .orElse(null);
    }

    private Situation situation(Project project, Commit commit, String ref, User user) {
        boolean tag = repositories.resolve(project.id(), "refs/heads/" + ref).isEmpty()
                && repositories.resolve(project.id(), "refs/tags/" + ref).isPresent();
        return new Situation(
                project,
                commit,
                ref,
                tag,
                protectedBranches.isProtected(project.id(), (tag ? "refs/tags/" : "refs/heads/") + ref),
                RefUpdated.ZERO,
                "push",
                user,
                List.of(),
                clock.instant());
    }

    /** In the place of the first commit of a project that has none. */
    private static Commit nothing(User user) {
        return new Commit(
                RefUpdated.ZERO,
                user.name(),
                user.email(),
                Instant.EPOCH,
                user.name(),
                user.email(),
                Instant.EPOCH,
                "",
                "",
                List.of());
    }
}
