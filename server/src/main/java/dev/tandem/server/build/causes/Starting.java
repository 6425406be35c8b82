package dev.tandem.server.build.causes;

import dev.tandem.server.build.RunRights;
import dev.tandem.server.build.schedule.CreationOutcome;
import dev.tandem.server.build.schedule.Given;
import dev.tandem.server.build.schedule.PipelineCreation;
import dev.tandem.server.build.schedule.PipelineWish;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Starts a pipeline of a ref's newest commit in somebody's name, if that one may. Safe for use by many threads. */
@Component
public final class Starting {
    private final Repositories repositories;
    private final PipelineCreation creation;
    private final RunRights rights;

    Starting(Repositories repositories, PipelineCreation creation, RunRights rights) {
        this.repositories = repositories;
        this.creation = creation;
        this.rights = rights;
    }

    public sealed interface Outcome {
        record Started(PipelineRecord pipeline) implements Outcome {}

        record NothingToRun(String why) implements Outcome {}

        record Forbidden() implements Outcome {}
    }

    /** @param ref short name of a branch or tag; a branch wins over a tag of the same name */
    public Outcome start(Actor actor, ProjectFacts project, String ref, String source, Given given) {
        return start(actor, project, ref, source, given, null);
    }

    /**
     * The same for what may be told more than once.
     *
     * @param occasion unique in the installation, at most 100 characters: there is one pipeline of it at most; null for none
     */
    public Outcome start(
            Actor actor, ProjectFacts project, String ref, String source, Given given, @Nullable String occasion) {
        Optional<String> branch = repositories.resolve(project.id(), "refs/heads/" + ref);
        Optional<String> sha = branch.or(() -> repositories.resolve(project.id(), "refs/tags/" + ref));
        if (!given.faults().isEmpty()) {
            return new Outcome.NothingToRun(String.join("; ", given.faults()));
        }
        if (ref.isEmpty() || sha.isEmpty()) {
            return new Outcome.NothingToRun("Reference not found");
        }
        boolean tag = branch.isEmpty();
        if (!rights.mayRun(actor, project, ref, tag)) {
            return new Outcome.Forbidden();
        }
        PipelineWish wish = new PipelineWish(
                project.id(),
                occasion,
                source,
                ref,
                tag,
                sha.get(),
                RefUpdated.ZERO,
                actor.userId().orElseThrow().value(),
                given,
                null);
        return switch (creation.create(wish)) {
            case CreationOutcome.Created(PipelineRecord pipeline) -> new Outcome.Started(pipeline);
            case CreationOutcome.None(String why) -> new Outcome.NothingToRun(why);
        };
    }
}
