package dev.tandem.server.code;

import static dev.tandem.server.platform.tables.Tables.PROJECTS;

import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.DeletionMark;
import dev.tandem.server.identity.GroupProjects;
import dev.tandem.server.identity.MemberChange;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.PathSegment;
import dev.tandem.server.identity.Restoration;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The projects of this installation. Safe for use by many threads. */
@Component
public final class Projects implements GroupProjects {
    private static final int MOST_MARKED = 500;
    static final int LONGEST_NAME = 255;
    static final int LONGEST_DESCRIPTION = 2000;

    private static final String PRIVATE_ABOVE = "must not be public in a private group";

    private final Database database;
    private final Members members;
    private final Namespaces namespaces;
    private final Access access;
    private final Audit audit;
    private final Clock clock;
    private final RepositoryFolders folders;
    private final DurableTask<RepositoryRemoval> removal;
    private final DurableTask<MarkedProject> deletion;
    private final DurableTask<HeadFollowing> heads;
    private final ObjectProvider<ProjectLeftovers> leftovers;
    private final SearchUpkeep search;

    Projects(
            Database database,
            Members members,
            Namespaces namespaces,
            Access access,
            Audit audit,
            Clock clock,
            RepositoryFolders folders,
            DurableTask<RepositoryRemoval> removal,
            DurableTask<MarkedProject> deletion,
            DurableTask<HeadFollowing> heads,
            ObjectProvider<ProjectLeftovers> leftovers,
            SearchUpkeep search) {
        this.database = database;
        this.members = members;
        this.namespaces = namespaces;
        this.access = access;
        this.audit = audit;
        this.clock = clock;
        this.folders = folders;
        this.removal = removal;
        this.deletion = deletion;
        this.heads = heads;
        this.leftovers = leftovers;
        this.search = search;
    }

    public Optional<Project> find(long id) {
        return database.read(sql -> new ProjectStore(sql).find(id));
    }

    /** Finds by full path ({@code root/shop}), whatever the case of its letters. */
    public Optional<Project> findByPath(String fullPath) {
        return database.read(sql -> new ProjectStore(sql).findByPath(fullPath));
    }

    /**
     * Makes an empty project, of which {@code creator} is or becomes an owner.
     *
     * @param wanted its namespace must be the creator's own or a group in which {@code actor} may make projects
     */
    public ProjectCreation create(Actor actor, User creator, NewProject wanted) {
        return create(actor, creator, wanted, (tx, project) -> {});
    }

    /**
     * The same.
     *
     * @param also what is done in the same transaction when the project is made
     */
    public ProjectCreation create(Actor actor, User creator, NewProject wanted, BiConsumer<Tx, Project> also) {
        Optional<ProjectCreation> problem = problem(wanted);
        if (problem.isPresent()) {
            return problem.get();
        }
        Optional<Namespace> found =
                namespaces.findByPath(wanted.namespace()).filter(namespace -> access.mayFill(actor, namespace));
        if (found.isEmpty()) {
            return new ProjectCreation.Invalid("namespace", "is not a namespace where you may make projects");
        }
        Namespace namespace = found.get();
        if (wanted.isPublic() && isPrivateGroup(namespace)) {
            return new ProjectCreation.Invalid("visibility", PRIVATE_ABOVE);
        }
        boolean owns = members.role(MemberSource.of(namespace), creator.id())
                .filter(Role.OWNER::equals)
                .isPresent();
        return database.write(tx -> {
            ProjectStore store = new ProjectStore(tx.sql());
            if (namespaces.isTaken(tx, namespace.fullPath() + "/" + wanted.path())) {
                return new ProjectCreation.PathTaken(wanted.path());
            }
            Optional<Long> id = store.insert(wanted, creator.id().value(), clock.instant());
            if (id.isEmpty()) {
                return new ProjectCreation.PathTaken(wanted.path());
            }
            Project project = store.find(id.get()).orElseThrow();
            namespaces.claim(tx, namespace, project.fullPath(), project.id());
            if (!owns) {
                members.add(tx, new MemberSource.OfProject(project.id()), creator.id(), Role.OWNER);
            }
            audit.record(tx, actor, "project.create", project.fullPath(), "");
            also.accept(tx, project);
            return new ProjectCreation.Created(project);
        });
    }

    /**
     * Which projects to list.
     *
     * @param search part of name or path, whatever the case; empty for all
     * @param in only those that lie there; empty for all
     * @param atLeast only those where the asking person is a member with this role; empty: all that the person may see
     */
    public record Filter(String search, Optional<In> in, Optional<Role> atLeast, Optional<Boolean> isPublic) {
        public static final Filter ALL = matching("");

        public static Filter matching(String search) {
            return new Filter(search, Optional.empty(), Optional.empty(), Optional.empty());
        }

        public static Filter in(In in) {
            return new Filter("", Optional.of(in), Optional.empty(), Optional.empty());
        }
    }

    /** A namespace, and with {@code deep} all groups below it. */
    public record In(long namespaceId, boolean deep) {}

    /** The projects that {@code actor} may see, last changed first. */
    public List<Project> list(Actor actor, Filter filter, int offset, int limit) {
        Condition condition = condition(actor, filter);
        return database.read(sql -> new ProjectStore(sql).list(condition, limit, offset));
    }

    /**
     * The commits at which default branches stand, of all projects whose code {@code actor} may read: from the project's id to
     * the sha. Projects without a branch are left out.
     */
    public Map<Long, String> searchable(Actor actor) {
        Condition condition = readable(actor);
        return database.read(sql -> new SearchHeadStore(sql).of(new ProjectStore(sql).ids(condition)));
    }

    public int count(Actor actor, Filter filter) {
        Condition condition = condition(actor, filter);
        return database.read(sql -> new ProjectStore(sql).count(condition));
    }

    /**
     * Changes a project; HEAD of the repository follows its default branch, which must exist to become it.
     *
     * @return the field and what is wrong with it; empty when it was changed
     */
    public Optional<ProjectCreation.Invalid> edit(Actor actor, Project project, ProjectEdit edit) {
        Optional<ProjectCreation.Invalid> problem = text("name", edit.name(), 1, LONGEST_NAME)
                .or(() -> description(edit.description()))
                .or(() -> branch(edit.defaultBranch()))
                .or(() -> missing(project, edit.defaultBranch()))
                .or(() -> visibility(project, edit.isPublic()));
        if (problem.isEmpty()) {
            boolean moves = !edit.defaultBranch().equals(project.defaultBranch());
            Optional<String> head = moves ? branch(project, edit.defaultBranch()) : Optional.empty();
            database.write(tx -> {
                audit.record(tx, actor, "project.edit", project.fullPath(), edit.toString());
                head.ifPresent(sha -> search.follow(tx, project.id(), sha));
                if (moves) {
                    tx.schedule(heads, UUID.randomUUID().toString(), new HeadFollowing(project.id()), clock.instant());
                }
                return new ProjectStore(tx.sql()).edit(project.id(), edit, clock.instant());
            });
            if (moves) {
                // The task would do it, too; who asked shall find it done.
                find(project.id()).ifPresent(edited -> new HeadFollowing(edited.id()).follow(folders, edited));
            }
        }
        return problem;
    }

    private Optional<ProjectCreation.Invalid> visibility(Project project, boolean isPublic) {
        return isPublic
                        && !project.isPublic()
                        && namespaces
                                .holding(project.id())
                                .filter(Projects::isPrivateGroup)
                                .isPresent()
                ? Optional.of(new ProjectCreation.Invalid("visibility", PRIVATE_ABOVE))
                : Optional.empty();
    }

    private static boolean isPrivateGroup(Namespace namespace) {
        return namespace.isGroup() && !namespace.isPublic();
    }

    /** Where a branch stands; empty when there is none of this name. */
    private Optional<String> branch(Project project, String branch) {
        String ref = Constants.R_HEADS + branch;
        try (Repository repository = folders.open(project.id(), project.defaultBranch())) {
            return Repository.isValidRefName(ref)
                    ? Optional.ofNullable(repository.exactRef(ref))
                            .map(Ref::getObjectId)
                            .map(ObjectId::name)
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("default branch of " + project.fullPath(), e);
        }
    }

    /**
     * Deletes a project so that it can be brought back for a while: hidden from all but its owners and read-only at once,
     * deleted for good by a task. At once where the installation leaves no time.
     */
    public void mark(Actor actor, Project project) {
        if (namespaces.undo().isZero()) {
            delete(actor, project);
            return;
        }
        database.write(tx -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            if (!hide(tx, project.id(), new DeletionMark(now, actor.name(), Optional.empty()))) {
                return false;
            }
            tx.schedule(
                    deletion,
                    project.id() + "-" + now.toEpochMilli(),
                    new MarkedProject(project.id(), now),
                    now.plus(namespaces.undo()));
            audit.record(tx, actor, "project.mark", project.fullPath(), "for deletion");
            return true;
        });
    }

    @Override
    public void mark(Tx tx, long projectId, DeletionMark mark) {
        hide(tx, projectId, mark);
    }

    private static boolean hide(Tx tx, long projectId, DeletionMark mark) {
        boolean marked = new ProjectStore(tx.sql()).mark(projectId, mark);
        if (marked) {
            tx.publish(new ProjectMarked(projectId));
        }
        return marked;
    }

    /** Brings back a project that is marked for deletion. */
    public Restoration restore(Actor actor, Project project) {
        return database.write(tx -> {
            ProjectStore store = new ProjectStore(tx.sql());
            Optional<DeletionMark> mark = store.find(project.id()).flatMap(Project::mark);
            if (mark.isEmpty()) {
                return new Restoration.NotMarked();
            }
            if (mark.get().withGroup().isPresent()) {
                return new Restoration.WithGroup(mark.get().withGroup().get());
            }
            store.unmark(PROJECTS.ID.eq(project.id()));
            audit.record(tx, actor, "project.restore", project.fullPath(), "");
            return new Restoration.Done();
        });
    }

    @Override
    public void restore(Tx tx, long groupId) {
        new ProjectStore(tx.sql()).unmark(PROJECTS.MARKED_WITH.eq(groupId));
    }

    /** What the task does; nothing to a project that was restored meanwhile. */
    void deleteMarked(MarkedProject marked) {
        find(marked.projectId())
                .filter(project -> project.mark()
                        .filter(mark -> mark.at().equals(marked.markedAt()))
                        .isPresent())
                .ifPresent(project -> delete(Actor.ANONYMOUS, project));
    }

    /** The projects that are marked for deletion, not with a group, and that {@code person} owns. */
    public List<Project> marked(Actor.Person person) {
        Condition own = person.user().admin()
                ? DSL.trueCondition()
                : PROJECTS.ID.in(members.projectsOf(person.user().id(), Role.OWNER));
        return database.read(sql -> new ProjectStore(sql)
                .list(own.and(PROJECTS.MARKED_AT.isNotNull()).and(PROJECTS.MARKED_WITH.isNull()), MOST_MARKED, 0));
    }

    /** Deletes a project for good with everything in it; its repository is removed soon after. Safe to repeat. */
    public void delete(Actor actor, Project project) {
        database.write(tx -> {
            delete(tx, actor, project.id());
            return 0;
        });
    }

    @Override
    public void delete(Tx tx, Actor actor, long id) {
        Optional<Project> project = new ProjectStore(tx.sql()).find(id);
        if (project.isEmpty()) {
            return;
        }
        leftovers.forEach(each -> each.note(tx, id));
        new ProjectStore(tx.sql()).delete(id);
        members.removeAll(tx, id);
        audit.record(tx, actor, "project.delete", project.get().fullPath(), "id " + id);
        tx.publish(new ProjectDeleted(id));
        tx.schedule(removal, Long.toString(id), new RepositoryRemoval(id), clock.instant());
    }

    @Override
    public void moved(Tx tx, long projectId, String namespace) {
        ProjectStore store = new ProjectStore(tx.sql());
        Project project = store.find(projectId).orElseThrow();
        Namespace holder = namespaces.holding(tx, projectId);
        namespaces.moveProject(tx, holder, project.fullPath(), namespace + "/" + project.path(), projectId);
        store.move(projectId, namespace, project.path(), clock.instant());
    }

    /**
     * Gives a project another path, another namespace, or both. The repository lies under the project's id, so only rows
     * change, in one transaction; the old address leads to the project until something new takes it.
     *
     * @param to where {@code actor} may make projects, or where the project lies already
     * @return the field and what is wrong with it; empty when it was moved
     */
    public Optional<ProjectCreation.Invalid> move(Actor actor, Project project, Namespace to, String path) {
        String fullPath = to.fullPath() + "/" + path;
        boolean stays = namespaces.holding(project.id()).filter(to::equals).isPresent();
        Optional<ProjectCreation.Invalid> problem = PathSegment.check(path)
                .map(found -> new ProjectCreation.Invalid("path", found.message()))
                .or(() -> stays || access.mayFill(actor, to)
                        ? Optional.empty()
                        : Optional.of(new ProjectCreation.Invalid(
                                "namespace", "is not a namespace where you may make projects")))
                .or(() -> project.isPublic() && isPrivateGroup(to)
                        ? Optional.of(new ProjectCreation.Invalid("visibility", PRIVATE_ABOVE))
                        : Optional.empty());
        if (problem.isPresent() || fullPath.equals(project.fullPath())) {
            return problem;
        }
        return database.write(tx -> {
            if (!fullPath.equalsIgnoreCase(project.fullPath()) && namespaces.isTaken(tx, fullPath)) {
                return Optional.of(new ProjectCreation.Invalid("path", "has already been taken"));
            }
            namespaces.moveProject(tx, to, project.fullPath(), fullPath, project.id());
            new ProjectStore(tx.sql()).move(project.id(), to.fullPath(), path, clock.instant());
            to.userId().filter(owner -> !stays).ifPresent(owner -> own(tx, project, owner));
            audit.record(tx, actor, "project.move", fullPath, "from " + project.fullPath());
            return Optional.empty();
        });
    }

    /** In a user's namespace nobody owns it by a group. */
    private void own(Tx tx, Project project, UserId owner) {
        MemberSource source = new MemberSource.OfProject(project.id());
        if (members.add(tx, source, owner, Role.OWNER) instanceof MemberChange.AlreadyMember) {
            members.change(tx, source, owner, Role.OWNER, Optional.empty());
        }
    }

    /** The project that lived there before it was renamed or moved, while nothing else lives there. */
    public Optional<Project> findMoved(String fullPath) {
        return namespaces.movedProject(fullPath).flatMap(this::find);
    }

    /** The project that lives there, or did before. */
    public Optional<Project> findByAnyPath(String fullPath) {
        return findByPath(fullPath).or(() -> findMoved(fullPath));
    }

    @Override
    public boolean anyPublic(DSLContext sql, long groupId) {
        return sql.fetchExists(
                PROJECTS, PROJECTS.IS_PUBLIC.isTrue(), PROJECTS.ID.in(Namespaces.projectsIn(groupId, true)));
    }

    private Condition condition(Actor actor, Filter filter) {
        Condition condition = visible(actor, filter.atLeast()).and(PROJECTS.MARKED_AT.isNull());
        if (filter.in().isPresent()) {
            In in = filter.in().get();
            condition = condition.and(PROJECTS.ID.in(Namespaces.projectsIn(in.namespaceId(), in.deep())));
        }
        if (!filter.search().isBlank()) {
            condition = condition.and(PROJECTS.PATH_KEY
                    .contains(filter.search().toLowerCase(java.util.Locale.ROOT))
                    .or(PROJECTS.NAME.containsIgnoreCase(filter.search())));
        }
        return filter.isPublic().map(PROJECTS.IS_PUBLIC::eq).map(condition::and).orElse(condition);
    }

    /** Guests see a project but not its code; jobs read what their user reads, of their own project alone. */
    private Condition readable(Actor actor) {
        return PROJECTS.MARKED_AT.isNull().and(readers(actor));
    }

    private Condition readers(Actor actor) {
        return switch (actor) {
            case Actor.Person person when person.user().admin() -> DSL.trueCondition();
            case Actor.Person person ->
                PROJECTS.IS_PUBLIC
                        .eq(true)
                        .or(PROJECTS.ID.in(readers(person.user().id())));
            case Actor.Job job ->
                PROJECTS.IS_PUBLIC
                        .eq(true)
                        .or(PROJECTS.ID.eq(job.projectId()).and(PROJECTS.ID.in(readers(job.user()))));
            case Actor.Anonymous() -> PROJECTS.IS_PUBLIC.eq(true);
        };
    }

    private Select<Record1<Long>> readers(UserId user) {
        return members.projectsOf(user, Permission.READ_CODE.from());
    }

    private Condition visible(Actor actor, Optional<Role> atLeast) {
        return switch (actor) {
            case Actor.Person person
            when atLeast.isPresent() ->
                PROJECTS.ID.in(members.projectsOf(person.user().id(), atLeast.get()));
            case Actor.Person person when person.user().admin() -> DSL.trueCondition();
            case Actor.Person person ->
                PROJECTS.IS_PUBLIC
                        .eq(true)
                        .or(PROJECTS.ID.in(members.projectsOf(person.user().id(), Role.GUEST)));
            case Actor.Job job
            when atLeast.isEmpty() -> PROJECTS.IS_PUBLIC.eq(true).or(PROJECTS.ID.eq(job.projectId()));
            case Actor.Anonymous() when atLeast.isEmpty() -> PROJECTS.IS_PUBLIC.eq(true);
            case Actor.Job job -> DSL.falseCondition();
            case Actor.Anonymous() -> DSL.falseCondition();
        };
    }

    private static Optional<ProjectCreation> problem(NewProject wanted) {
        return PathSegment.check(wanted.path())
                .map(problem -> new ProjectCreation.Invalid("path", problem.message()))
                .or(() -> text("name", wanted.name(), 1, LONGEST_NAME))
                .or(() -> description(wanted.description()))
                .or(() -> branch(wanted.defaultBranch()))
                .map(problem -> problem);
    }

    private static Optional<ProjectCreation.Invalid> description(String text) {
        return text.length() > LONGEST_DESCRIPTION
                ? Optional.of(new ProjectCreation.Invalid(
                        "description", "is too long (maximum is " + LONGEST_DESCRIPTION + " characters)"))
                : Optional.empty();
    }

    private Optional<ProjectCreation.Invalid> missing(Project project, String branch) {
        return branch.equals(project.defaultBranch()) || branch(project, branch).isPresent()
                ? Optional.empty()
                : Optional.of(new ProjectCreation.Invalid("default_branch", "does not exist"));
    }

    private static Optional<ProjectCreation.Invalid> branch(String name) {
        return Repository.isValidRefName(Constants.R_HEADS + name) && name.length() <= LONGEST_NAME
                ? Optional.empty()
                : Optional.of(new ProjectCreation.Invalid("default_branch", "is not a name that a branch can have"));
    }

    private static Optional<ProjectCreation.Invalid> text(String field, String text, int least, int most) {
        if (text.strip().length() < least) {
            return Optional.of(new ProjectCreation.Invalid(field, "can't be blank"));
        }
        if (text.length() > most) {
            return Optional.of(new ProjectCreation.Invalid(field, "is too long (maximum is " + most + " characters)"));
        }
        return text.chars().anyMatch(Character::isISOControl)
                ? Optional.of(new ProjectCreation.Invalid(field, "must not contain control characters"))
                : Optional.empty();
    }
}
