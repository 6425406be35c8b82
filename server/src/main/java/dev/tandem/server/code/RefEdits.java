package dev.tandem.server.code;

import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.platform.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TagBuilder;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.springframework.stereotype.Component;

/**
 * Makes, moves and deletes branches and tags for people without a git client at hand, by the rules of a push and with its
 * events. Unlike a push, a maintainer may delete protected branches and tags here, as in GitLab. Blocks on the disk; safe
 * for use by many threads.
 */
@Component
public final class RefEdits {
    private final Repositories repositories;
    private final RepositoryFolders folders;
    private final Pushes pushes;
    private final Access access;
    private final BranchHistory branchHistory;
    private final Clock clock;

    RefEdits(
            Repositories repositories,
            RepositoryFolders folders,
            Pushes pushes,
            Access access,
            BranchHistory branchHistory,
            Clock clock) {
        this.repositories = repositories;
        this.folders = folders;
        this.pushes = pushes;
        this.access = access;
        this.branchHistory = branchHistory;
        this.clock = clock;
    }

    /** What came of it. */
    public sealed interface Outcome {
        /** The ref is as it was wished. */
        record Done() implements Outcome {}

        /** A rule stands against it. */
        record Refused(PushRefusal refusal) implements Outcome {}

        /** There is a ref of this name, or one that is a folder of it or in it. */
        record NameTaken() implements Outcome {}

        /** No ref can have this name. */
        record BadName() implements Outcome {}

        /** There is no such ref, or nothing that it could be made from. */
        record Missing() implements Outcome {}
    }

    /** @param from what it shall lead to: a branch, a tag or a sha */
    public Outcome createBranch(Actor actor, Project project, String name, String from) {
        return create(actor, project, Constants.R_HEADS + name, from, Optional.empty());
    }

    /** @param message makes an annotated tag; blank: a light one */
    public Outcome createTag(Actor.Person actor, Project project, String name, String from, String message) {
        Optional<TagBuilder> annotation = message.isBlank() ? Optional.empty() : Optional.of(tag(actor, name, message));
        return create(actor, project, Constants.R_TAGS + name, from, annotation);
    }

    public Outcome deleteBranch(Actor actor, Project project, String name) {
        return delete(actor, project, Constants.R_HEADS + name);
    }

    public Outcome deleteTag(Actor actor, Project project, String name) {
        return delete(actor, project, Constants.R_TAGS + name);
    }

    /**
     * Deletes all branches whose commits the default branch has, but the protected ones.
     *
     * @return the names of those that went
     */
    public List<String> deleteMerged(Actor actor, Project project) {
        Map<String, String> merged = branchHistory.merged(project);
        List<RefChange> wanted = merged.entrySet().stream()
                .map(branch -> deletion(Constants.R_HEADS + branch.getKey(), branch.getValue()))
                .toList();
        Set<RefChange> refused =
                pushes.refusals(project, role(actor, project), wanted).keySet();
        List<RefChange> changes =
                wanted.stream().filter(change -> !refused.contains(change)).toList();
        return changes.isEmpty()
                ? List.of()
                : move(actor, project, changes).stream()
                        .map(ref -> ref.substring(Constants.R_HEADS.length()))
                        .sorted()
                        .toList();
    }

    /**
     * Moves a branch from one commit to one that has it as ancestor, or makes it; the new commit must be in the repository.
     *
     * @param before {@link RefUpdated#ZERO} to make it
     */
    Outcome advance(Actor actor, Project project, String branch, String before, String after) {
        RefChange.Kind kind = before.equals(RefUpdated.ZERO) ? RefChange.Kind.CREATE : RefChange.Kind.FAST_FORWARD;
        return one(actor, project, new RefChange(Constants.R_HEADS + branch, before, after, kind));
    }

    /** Why a branch may not be moved or made by this person; empty when it may. */
    Optional<PushRefusal> refusal(Actor actor, Project project, RefChange change) {
        return Optional.ofNullable(pushes.refusals(project, role(actor, project), List.of(change))
                        .get(change))
                .filter(refusal -> !liftedHere(refusal, actor, project));
    }

    private Outcome create(Actor actor, Project project, String ref, String from, Optional<TagBuilder> annotation) {
        if (!Repository.isValidRefName(ref)) {
            return new Outcome.BadName();
        }
        Optional<String> target = repositories.resolve(project.id(), from);
        if (target.isEmpty()) {
            return new Outcome.Missing();
        }
        RefChange change = new RefChange(ref, RefUpdated.ZERO, target.get(), RefChange.Kind.CREATE);
        Optional<PushRefusal> refusal = refusal(actor, project, change);
        if (refusal.isPresent()) {
            return new Outcome.Refused(refusal.get());
        }
        if (nameTaken(project, ref)) {
            return new Outcome.NameTaken();
        }
        String written =
                annotation.map(tag -> write(project, tag, target.get())).orElse(target.get());
        return one(actor, project, new RefChange(ref, RefUpdated.ZERO, written, RefChange.Kind.CREATE));
    }

    private Outcome delete(Actor actor, Project project, String ref) {
        Optional<String> sha = target(project, ref);
        return sha.isEmpty() ? new Outcome.Missing() : one(actor, project, deletion(ref, sha.get()));
    }

    private Outcome one(Actor actor, Project project, RefChange change) {
        Optional<PushRefusal> refusal = refusal(actor, project, change);
        if (refusal.isPresent()) {
            return new Outcome.Refused(refusal.get());
        }
        return move(actor, project, List.of(change)).isEmpty()
                ? new Outcome.Refused(new PushRefusal.MovedMeanwhile(change.ref()))
                : new Outcome.Done();
    }

    private boolean liftedHere(PushRefusal refusal, Actor actor, Project project) {
        return switch (refusal) {
            case PushRefusal.DeletionForbidden deletion -> role(actor, project).atLeast(Role.MAINTAINER);
            case PushRefusal.TagStays tag ->
                tag.deletion() && role(actor, project).atLeast(Role.MAINTAINER);
            case PushRefusal.ReservedRef ref -> false;
            case PushRefusal.BadName name -> false;
            case PushRefusal.RoleNeeded role -> false;
            case PushRefusal.TagRoleNeeded role -> false;
            case PushRefusal.ForcePushForbidden force -> false;
            case PushRefusal.DefaultBranchStays branch -> false;
            case PushRefusal.MovedMeanwhile moved -> false;
        };
    }

    /** @return full names of the refs that moved */
    private Set<String> move(Actor actor, Project project, List<RefChange> changes) {
        long user = actor.userId().orElseThrow().value();
        Set<String> moved = new HashSet<>();
        try (Repository repository = folders.open(project.id(), project.defaultBranch())) {
            pushes.execute(new Pushes.Request(project, user, changes, List.of()), repository, () -> {
                for (RefChange change : changes) {
                    if (moved(repository, change)) {
                        moved.add(change.ref());
                    }
                }
                return moved;
            });
        }
        return moved;
    }

    private static boolean moved(Repository repository, RefChange change) {
        try (RevWalk walk = new RevWalk(repository)) {
            RefUpdate update = repository.updateRef(change.ref());
            update.setExpectedOldObjectId(ObjectId.fromString(change.before()));
            update.setForceUpdate(change.kind() == RefChange.Kind.FORCE || change.kind() == RefChange.Kind.DELETE);
            RefUpdate.Result result;
            if (change.kind() == RefChange.Kind.DELETE) {
                result = update.delete(walk);
            } else {
                update.setNewObjectId(ObjectId.fromString(change.after()));
                result = update.update(walk);
            }
            return switch (result) {
                case NEW, FORCED, FAST_FORWARD, NO_CHANGE, RENAMED -> true;
                case NOT_ATTEMPTED,
                        LOCK_FAILURE,
                        REJECTED,
                        REJECTED_CURRENT_BRANCH,
                        IO_FAILURE,
                        REJECTED_MISSING_OBJECT,
                        REJECTED_OTHER_REASON -> false;
            };
        } catch (IOException e) {
            throw new UncheckedIOException("moving " + change.ref(), e);
        }
    }

    private static RefChange deletion(String ref, String sha) {
        return new RefChange(ref, sha, RefUpdated.ZERO, RefChange.Kind.DELETE);
    }

    private Role role(Actor actor, Project project) {
        return access.effectiveRole(actor, project.id()).orElse(Role.GUEST);
    }

    /** Where a ref stands, annotations not taken off. */
    private Optional<String> target(Project project, String ref) {
        return repositories.with(project.id(), repository -> {
            Ref found = Repository.isValidRefName(ref) ? repository.exactRef(ref) : null;
            return Optional.ofNullable(found).map(Ref::getObjectId).map(ObjectId::name);
        });
    }

    private boolean nameTaken(Project project, String ref) {
        return repositories
                .with(
                        project.id(),
                        repository -> Optional.of(repository.exactRef(ref) != null
                                || repository.getRefDatabase().isNameConflicting(ref)))
                .orElse(false);
    }

    private TagBuilder tag(Actor.Person actor, String name, String message) {
        TagBuilder tag = new TagBuilder();
        tag.setTag(name);
        tag.setMessage(message.endsWith("\n") ? message : message + "\n");
        tag.setTagger(new PersonIdent(actor.user().name(), actor.user().email(), clock.instant(), ZoneOffset.UTC));
        return tag;
    }

    private String write(Project project, TagBuilder tag, String target) {
        return repositories
                .with(project.id(), repository -> {
                    try (RevWalk walk = new RevWalk(repository);
                            ObjectInserter inserter = repository.newObjectInserter()) {
                        RevCommit commit = walk.parseCommit(ObjectId.fromString(target));
                        tag.setObjectId(commit);
                        ObjectId id = inserter.insert(tag);
                        inserter.flush();
                        return Optional.of(id.name());
                    }
                })
                .orElseThrow(() -> new IllegalStateException("project " + project.fullPath() + " was deleted"));
    }
}
