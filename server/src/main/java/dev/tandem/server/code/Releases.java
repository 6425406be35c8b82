package dev.tandem.server.code;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.platform.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What projects released. A tag has one release at most. Blocks on the disk; safe for use by many threads. */
@Component
public final class Releases {
    private static final String TAGS = "refs/tags/";

    private final Database database;
    private final Branches branches;
    private final RefEdits refs;
    private final Clock clock;

    Releases(Database database, Branches branches, RefEdits refs, Clock clock) {
        this.database = database;
        this.branches = branches;
        this.refs = refs;
        this.clock = clock;
    }

    /** @param byCreation else by the time of the release */
    public record Order(boolean byCreation, boolean ascending) {
        public static final Order NEWEST_FIRST = new Order(false, false);
    }

    /** What came of it. */
    public sealed interface Outcome {
        record Done(Release release) implements Outcome {}

        /** The tag has a release already. */
        record Exists() implements Outcome {}

        /** The tag is missing, and nothing is said of what it should lead to. */
        record NoRef() implements Outcome {}

        /** There is nothing to make the tag from. */
        record UnknownRef() implements Outcome {}

        /** The rules of the project stand against the tag. */
        record Refused(PushRefusal refusal) implements Outcome {}

        /** Something that was given cannot be. */
        record Invalid(String why) implements Outcome {}

        /** There is no such release. */
        record Missing() implements Outcome {}
    }

    /** Makes the tag, too, when it is missing; who may not make the tag may not release it either. */
    public Outcome create(Actor.Person author, Project project, NewRelease wish) {
        Optional<String> problem = wish.problem();
        if (problem.isPresent()) {
            return new Outcome.Invalid(problem.get());
        }
        if (find(project.id(), wish.tagName()).isPresent()) {
            return new Outcome.Exists();
        }
        Optional<Tag> tag = branches.tag(project.id(), wish.tagName());
        Optional<Outcome> refusal =
                tag.isPresent() ? refused(author, project, wish.tagName(), tag.get()) : makeTag(author, project, wish);
        return refusal.orElseGet(() -> store(author, project, wish));
    }

    /** Null members stay as they are. */
    public Outcome change(
            Project project,
            String tagName,
            @Nullable String name,
            @Nullable String description,
            @Nullable Instant releasedAt) {
        Optional<String> problem = NewRelease.textProblem(name, description == null ? "" : description);
        if (problem.isPresent()) {
            return new Outcome.Invalid(problem.get());
        }
        return database.write(tx -> {
            ReleaseStore store = new ReleaseStore(tx.sql());
            return store.find(project.id(), tagName)
                    .<Outcome>map(old -> {
                        store.update(
                                old.id(),
                                name == null || name.isBlank() ? old.name() : name,
                                Objects.requireNonNullElse(description, old.description()),
                                Objects.requireNonNullElse(releasedAt, old.releasedAt()));
                        return new Outcome.Done(
                                store.find(project.id(), tagName).orElseThrow());
                    })
                    .orElseGet(Outcome.Missing::new);
        });
    }

    /** The tag stays. @return the release that was; empty when there was none */
    public Optional<Release> delete(Project project, String tagName) {
        return database.write(tx -> {
            ReleaseStore store = new ReleaseStore(tx.sql());
            Optional<Release> old = store.find(project.id(), tagName);
            store.delete(project.id(), tagName);
            return old;
        });
    }

    /** Adds a link. */
    public Outcome link(Project project, String tagName, ReleaseLink link) {
        return database.write(tx -> {
            ReleaseStore store = new ReleaseStore(tx.sql());
            Optional<Release> release = store.find(project.id(), tagName);
            if (release.isEmpty()) {
                return new Outcome.Missing();
            }
            List<ReleaseLink> all = new ArrayList<>(release.get().links());
            all.add(link);
            Optional<String> problem = NewRelease.linkProblem(all);
            if (problem.isPresent()) {
                return new Outcome.Invalid(problem.get());
            }
            store.add(release.get().id(), link);
            return new Outcome.Done(store.find(project.id(), tagName).orElseThrow());
        });
    }

    /** @return the link that was; empty when there was none */
    public Optional<ReleaseLink> unlink(Project project, String tagName, long linkId) {
        return database.write(tx -> {
            ReleaseStore store = new ReleaseStore(tx.sql());
            Optional<Release> release = store.find(project.id(), tagName);
            Optional<ReleaseLink> old = release.flatMap(found ->
                    found.links().stream().filter(link -> link.id() == linkId).findFirst());
            release.ifPresent(found -> store.removeLink(found.id(), linkId));
            return old;
        });
    }

    public Optional<Release> find(long projectId, String tagName) {
        return database.read(sql -> new ReleaseStore(sql).find(projectId, tagName));
    }

    public Slice<Release> list(long projectId, Order order, int offset, int limit) {
        return database.read(sql -> {
            ReleaseStore store = new ReleaseStore(sql);
            return new Slice<>(store.list(projectId, order, offset, limit), store.count(projectId));
        });
    }

    private Optional<Outcome> refused(Actor.Person author, Project project, String tagName, Tag tag) {
        RefChange change = new RefChange(TAGS + tagName, RefUpdated.ZERO, tag.target(), RefChange.Kind.CREATE);
        return refs.refusal(author, project, change).map(Outcome.Refused::new);
    }

    private Optional<Outcome> makeTag(Actor.Person author, Project project, NewRelease wish) {
        String ref = wish.ref();
        if (ref == null || ref.isBlank()) {
            return Optional.of(new Outcome.NoRef());
        }
        return switch (refs.createTag(author, project, wish.tagName(), ref, wish.tagMessage())) {
            case RefEdits.Outcome.Done done -> Optional.empty();
            // Somebody made it meanwhile, or there is another tag in its way; the first is as good.
            case RefEdits.Outcome.NameTaken taken ->
                branches.tag(project.id(), wish.tagName()).isPresent()
                        ? Optional.empty()
                        : Optional.of(new Outcome.Invalid("another tag stands in the way of " + wish.tagName()));
            case RefEdits.Outcome.Refused(PushRefusal refusal) -> Optional.of(new Outcome.Refused(refusal));
            case RefEdits.Outcome.BadName bad ->
                Optional.of(new Outcome.Invalid("no tag can have the name " + wish.tagName()));
            case RefEdits.Outcome.Missing missing -> Optional.of(new Outcome.UnknownRef());
        };
    }

    private Outcome store(Actor.Person author, Project project, NewRelease wish) {
        Optional<Tag> tag = branches.tag(project.id(), wish.tagName());
        if (tag.isEmpty()) {
            // It was deleted in this very moment.
            return new Outcome.NoRef();
        }
        Instant now = clock.instant();
        String name = wish.name();
        Release release = new Release(
                0,
                project.id(),
                wish.tagName(),
                name == null || name.isBlank()
                        ? wish.tagName().substring(0, Math.min(wish.tagName().length(), NewRelease.LONGEST_NAME))
                        : name,
                wish.description(),
                tag.get().commit().sha(),
                author.user().id().value(),
                now,
                Objects.requireNonNullElse(wish.releasedAt(), now),
                wish.links());
        boolean stored = database.write(tx -> new ReleaseStore(tx.sql()).insert(release));
        return stored ? new Outcome.Done(find(project.id(), wish.tagName()).orElseThrow()) : new Outcome.Exists();
    }
}
