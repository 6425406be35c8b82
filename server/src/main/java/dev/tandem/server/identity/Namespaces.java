package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.NAMESPACES;
import static dev.tandem.server.platform.tables.Tables.PATHS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.access.Role;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.springframework.beans.factory.ObjectProvider;

/** The namespaces of users and groups, and every address that is in use. Safe for use by many threads. */
public final class Namespaces {
    /** As in GitLab. */
    static final int DEEPEST = 20;

    private static final int MOST_MARKED = 500;
    private static final int LONGEST_FULL_PATH = 255;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_DESCRIPTION = 2000;
    private static final Pattern ID = Pattern.compile("[0-9]{1,18}");

    private final Database database;
    private final Members members;
    private final Audit audit;
    private final Clock clock;
    private final ObjectProvider<GroupProjects> projects;
    private final DurableTask<MarkedGroup> deletion;
    private final Duration undo;

    Namespaces(
            Database database,
            Members members,
            Audit audit,
            Clock clock,
            ObjectProvider<GroupProjects> projects,
            DurableTask<MarkedGroup> deletion,
            Duration undo) {
        this.database = database;
        this.members = members;
        this.audit = audit;
        this.clock = clock;
        this.projects = projects;
        this.deletion = deletion;
        this.undo = undo;
    }

    public Optional<Namespace> find(long id) {
        return database.read(sql -> new NamespaceStore(sql).find(id));
    }

    /** @param idOrFullPath decoded; digits alone are taken for an id, as in GitLab */
    public Optional<Namespace> find(String idOrFullPath) {
        return ID.matcher(idOrFullPath).matches() ? find(Long.parseLong(idOrFullPath)) : findByPath(idOrFullPath);
    }

    /** Finds by full path, whatever the case of its letters. */
    public Optional<Namespace> findByPath(String fullPath) {
        return database.read(sql -> new NamespaceStore(sql).findByPath(fullPath));
    }

    /** @throws java.util.NoSuchElementException when there is no such user */
    public Namespace ofUser(UserId user) {
        return database.read(sql -> new NamespaceStore(sql).ofUser(user)).orElseThrow();
    }

    /** Whether a user, group or project has this address, or one that differs in case only. */
    public boolean isTaken(String fullPath) {
        return database.read(sql -> new NamespaceStore(sql).isTaken(fullPath));
    }

    /** The namespace in which a project lies. */
    public Optional<Namespace> holding(long projectId) {
        return database.read(sql -> new NamespaceStore(sql).holding(projectId));
    }

    /** The same inside a transaction of the caller; of a project that is there. */
    public Namespace holding(Tx tx, long projectId) {
        return new NamespaceStore(tx.sql()).holding(projectId).orElseThrow();
    }

    /** The groups above a namespace and itself, from the top. */
    public List<Namespace> line(long id) {
        return database.read(sql -> new NamespaceStore(sql).line(id));
    }

    /** The names of {@link #line}: {@code Shop / Backend}. */
    public String fullName(Namespace namespace) {
        return namespace.parentId().isEmpty()
                ? namespace.name()
                : String.join(
                        " / ",
                        line(namespace.id()).stream().map(Namespace::name).toList());
    }

    /**
     * Which namespaces to list.
     *
     * @param search part of path or name, whatever the case; empty for all
     * @param in where they lie
     * @param atLeast only groups in which the asking person has this role; empty: all that the person may see
     * @param usersToo whether the asking person's own namespace is listed, too
     */
    public record Filter(String search, In in, Optional<Role> atLeast, boolean usersToo) {
        public static Filter groups(String search) {
            return new Filter(search, new In.Anywhere(), Optional.empty(), false);
        }
    }

    /** Where groups lie. */
    public sealed interface In {
        record Anywhere() implements In {}

        record Top() implements In {}

        /** Right in this group. */
        record Group(long id) implements In {}

        /** In this group or in a group below it. */
        record Below(long id) implements In {}

        /** Neither this group, nor that one with all below it. */
        record Elsewhere(Optional<Long> but, Optional<Long> withBelow) implements In {}
    }

    /** In which order; those that are equal in it by number. */
    public record Order(By by, boolean descending) {
        static final Order BY_FULL_PATH = new Order(By.FULL_PATH, false);
    }

    /** What an order goes by; texts without regard to capitals. */
    public enum By {
        FULL_PATH,
        PATH,
        NAME,
        ID
    }

    /** Those that {@code actor} may see, by full path. */
    public List<Namespace> list(Actor actor, Filter filter, int offset, int limit) {
        return list(actor, filter, Order.BY_FULL_PATH, offset, limit);
    }

    /** The same in another order. */
    public List<Namespace> list(Actor actor, Filter filter, Order order, int offset, int limit) {
        Condition condition = condition(actor, filter);
        return database.read(sql -> new NamespaceStore(sql).list(condition, order, offset, limit));
    }

    public int count(Actor actor, Filter filter) {
        Condition condition = condition(actor, filter);
        return database.read(sql -> new NamespaceStore(sql).count(condition));
    }

    /** Makes a group, of which {@code creator} becomes an owner; who may make one where is not looked at here. */
    public GroupChange create(Actor actor, UserId creator, NewGroup wanted) {
        Optional<GroupChange.Invalid> problem = problem(wanted);
        if (problem.isPresent()) {
            return problem.get();
        }
        return database.write(tx -> {
            Optional<Namespace> made = new NamespaceStore(tx.sql()).insertGroup(wanted, clock.instant());
            if (made.isEmpty()) {
                return new GroupChange.PathTaken(wanted.path());
            }
            members.add(tx, MemberSource.of(made.get()), creator, Role.OWNER);
            audit.record(tx, actor, "group.create", made.get().fullPath(), "");
            return new GroupChange.Done(made.get());
        });
    }

    public GroupChange edit(Actor actor, Namespace group, GroupEdit edit) {
        Optional<GroupChange.Invalid> problem = texts(edit.name(), edit.description());
        if (problem.isPresent()) {
            return problem.get();
        }
        return database.write(tx -> {
            NamespaceStore store = new NamespaceStore(tx.sql());
            Optional<GroupChange.Invalid> visibility = visibility(tx.sql(), group, edit.isPublic());
            if (visibility.isPresent()) {
                return visibility.get();
            }
            store.edit(group.id(), edit, clock.instant());
            audit.record(tx, actor, "group.edit", group.fullPath(), edit.toString());
            return new GroupChange.Done(store.find(group.id()).orElse(group));
        });
    }

    /** The project that lived there before it was renamed or moved, while nothing else lives there. */
    public Optional<Long> movedProject(String fullPath) {
        return database.read(sql -> new NamespaceStore(sql).movedProject(fullPath));
    }

    /** The group that lived there before it was renamed or moved, while nothing else lives there. */
    public Optional<Namespace> movedGroup(String fullPath) {
        return database.read(sql -> new NamespaceStore(sql).movedGroup(fullPath));
    }

    /**
     * Gives a group another path, another group to lie in, or both; all that is in it moves along, in one transaction, and is
     * found at its old addresses until something new takes them. Who may move it where is not looked at here.
     *
     * @param parent empty: to the top
     */
    public GroupChange move(Actor actor, Namespace group, Optional<Namespace> parent, String path) {
        return database.write(tx -> {
            NamespaceStore store = new NamespaceStore(tx.sql());
            Optional<GroupChange.Invalid> problem = movability(tx.sql(), group, parent, path);
            if (problem.isPresent()) {
                return problem.get();
            }
            String to = parent.map(above -> above.fullPath() + "/").orElse("") + path;
            boolean stays = NamespaceStore.key(to).equals(NamespaceStore.key(group.fullPath()));
            if (!stays && store.isTaken(to)) {
                return new GroupChange.PathTaken(path);
            }
            List<Namespace> tree = store.tree(group.id());
            if (tree.stream().anyMatch(each -> moved(each, group, to).length() > LONGEST_FULL_PATH)) {
                return tooLong();
            }
            for (Namespace each : tree) {
                String fullPath = moved(each, group, to);
                store.movePath(each.fullPath(), fullPath, each.id(), null);
                store.setPath(each.id(), each.id() == group.id() ? path : each.path(), fullPath, clock.instant());
                for (long project : store.projectsIn(each.id())) {
                    projects.forEach(code -> code.moved(tx, project, fullPath));
                }
            }
            if (!parent.map(Namespace::id).equals(group.parentId())) {
                store.hang(group.id(), parent.map(Namespace::id).orElse(null));
            }
            audit.record(tx, actor, "group.move", to, "from " + group.fullPath());
            return new GroupChange.Done(store.find(group.id()).orElseThrow());
        });
    }

    private static String moved(Namespace each, Namespace group, String to) {
        return to + each.fullPath().substring(group.fullPath().length());
    }

    private Optional<GroupChange.Invalid> movability(
            DSLContext sql, Namespace group, Optional<Namespace> parent, String path) {
        Optional<GroupChange.Invalid> problem = segment(parent, path);
        if (problem.isPresent() || parent.isEmpty()) {
            return problem;
        }
        NamespaceStore store = new NamespaceStore(sql);
        List<Namespace> line = store.line(parent.get().id());
        if (line.stream().anyMatch(above -> above.id() == group.id())) {
            return Optional.of(new GroupChange.Invalid("parent_id", "must not lie in the group itself"));
        }
        if (line.size() + store.height(group.id()) > DEEPEST) {
            return Optional.of(tooDeep());
        }
        boolean anyPublic = group.isPublic()
                || store.anyPublicBelow(group.id())
                || projects.stream().anyMatch(code -> code.anyPublic(sql, group.id()));
        return anyPublic && !parent.get().isPublic()
                ? Optional.of(new GroupChange.Invalid("visibility", "must not be public in a private group"))
                : Optional.empty();
    }

    /** Gives a project another address, which is free or differs in case only; the old one leads to it from then on. */
    public void moveProject(Tx tx, Namespace to, String from, String fullPath, long projectId) {
        new NamespaceStore(tx.sql()).movePath(from, fullPath, to.id(), projectId);
    }

    /**
     * Deletes a group with all in it so that it can be brought back for a while: hidden from all but its owners at once,
     * deleted for good by a task. At once where the installation leaves no time.
     */
    public void mark(Actor actor, Namespace group) {
        if (undo.isZero()) {
            delete(actor, group);
            return;
        }
        database.write(tx -> {
            NamespaceStore store = new NamespaceStore(tx.sql());
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            if (!store.mark(group.id(), now, actor.name())) {
                return false;
            }
            DeletionMark mark = new DeletionMark(now, actor.name(), Optional.of(group.id()));
            store.projectsBelow(group.id()).forEach(id -> projects.forEach(code -> code.mark(tx, id, mark)));
            tx.schedule(
                    deletion, group.id() + "-" + now.toEpochMilli(), new MarkedGroup(group.id(), now), now.plus(undo));
            audit.record(tx, actor, "group.mark", group.fullPath(), "for deletion");
            return true;
        });
    }

    /** Brings back a group that is marked for deletion, with all that was marked with it. */
    public Restoration restore(Actor actor, Namespace group) {
        return database.write(tx -> {
            NamespaceStore store = new NamespaceStore(tx.sql());
            Optional<DeletionMark> mark = store.find(group.id()).flatMap(Namespace::mark);
            if (mark.isEmpty()) {
                return new Restoration.NotMarked();
            }
            if (mark.get().withGroup().isPresent()) {
                return new Restoration.WithGroup(mark.get().withGroup().get());
            }
            store.unmark(group.id());
            projects.forEach(code -> code.restore(tx, group.id()));
            audit.record(tx, actor, "group.restore", group.fullPath(), "");
            return new Restoration.Done();
        });
    }

    /** When a mark becomes a deletion for good. */
    public Instant deletedAt(DeletionMark mark) {
        return mark.at().plus(undo);
    }

    /** How long what was deleted can be brought back; zero: not at all. */
    public Duration undo() {
        return undo;
    }

    /** What the task does; nothing to a group that was restored meanwhile. */
    void deleteMarked(MarkedGroup marked) {
        find(marked.groupId())
                .filter(group -> group.mark()
                        .filter(mark -> mark.at().equals(marked.markedAt()))
                        .isPresent())
                .ifPresent(group -> delete(Actor.ANONYMOUS, group));
    }

    /** The groups that are marked for deletion, not with another one, and that {@code person} owns. */
    public List<Namespace> marked(Actor.Person person) {
        Condition own = person.user().admin()
                ? DSL.trueCondition()
                : NAMESPACES.ID.in(members.groupsOf(person.user().id(), Role.OWNER));
        return database.read(sql -> new NamespaceStore(sql)
                .list(
                        own.and(NAMESPACES.MARKED_AT.isNotNull()).and(NAMESPACES.MARKED_WITH.isNull()),
                        Order.BY_FULL_PATH,
                        0,
                        MOST_MARKED));
    }

    /** Deletes a group with all groups and projects below it. Safe to repeat. */
    public void delete(Actor actor, Namespace group) {
        database.write(tx -> {
            NamespaceStore store = new NamespaceStore(tx.sql());
            if (store.find(group.id()).isEmpty()) {
                return false;
            }
            List<Long> below = store.projectsBelow(group.id());
            projects.forEach(code -> below.forEach(project -> code.delete(tx, actor, project)));
            store.delete(group.id());
            audit.record(
                    tx,
                    actor,
                    "group.delete",
                    group.fullPath(),
                    "id " + group.id() + ", with " + below.size() + " projects");
            return true;
        });
    }

    /** The same inside a transaction of the caller. */
    public boolean isTaken(Tx tx, String fullPath) {
        return new NamespaceStore(tx.sql()).isTaken(fullPath);
    }

    /** Gives a new project its address, which is not {@link #isTaken taken}, in the transaction that makes it. */
    public void claim(Tx tx, Namespace namespace, String fullPath, long projectId) {
        new NamespaceStore(tx.sql()).insertPath(fullPath, namespace.id(), projectId);
    }

    /** Ids of the groups that a project lies in, the farthest first; inside a transaction of the caller. */
    public static List<Long> groupsAbove(DSLContext sql, long projectId) {
        return new NamespaceStore(sql).groupsAbove(projectId);
    }

    /** Ids of the projects in a namespace, and with {@code deep} of those below it; a subquery. */
    public static Select<Record1<Long>> projectsIn(long namespaceId, boolean deep) {
        return DSL.select(PATHS.PROJECT_ID)
                .from(PATHS)
                .where(PATHS.PROJECT_ID.isNotNull())
                .and(
                        deep
                                ? PATHS.NAMESPACE_ID.in(NamespaceStore.withBelow(namespaceId))
                                : PATHS.NAMESPACE_ID.eq(namespaceId));
    }

    private Condition condition(Actor actor, Filter filter) {
        Condition condition = visible(actor, filter)
                .and(NAMESPACES.MARKED_AT.isNull())
                .and(
                        switch (filter.in()) {
                            case In.Anywhere() -> DSL.noCondition();
                            case In.Top() -> NAMESPACES.PARENT_ID.isNull();
                            case In.Group(long id) -> NAMESPACES.PARENT_ID.eq(id);
                            case In.Below(long id) ->
                                NAMESPACES.ID.in(NamespaceStore.withBelow(id)).and(NAMESPACES.ID.ne(id));
                            case In.Elsewhere(var but, var withBelow) ->
                                but.map(NAMESPACES.ID::ne)
                                        .orElseGet(DSL::noCondition)
                                        .and(withBelow
                                                .map(id -> NAMESPACES.ID.notIn(NamespaceStore.withBelow(id)))
                                                .orElseGet(DSL::noCondition));
                        });
        return filter.search().isBlank()
                ? condition
                : condition.and(DSL.lower(NAMESPACES.FULL_PATH)
                        .contains(NamespaceStore.key(filter.search()))
                        .or(NAMESPACES.NAME.containsIgnoreCase(filter.search())));
    }

    private Condition visible(Actor actor, Filter filter) {
        Condition groups = NAMESPACES.KIND.eq(Namespace.Kind.GROUP.word());
        if (!(actor instanceof Actor.Person person)) {
            return filter.atLeast().isPresent() ? DSL.falseCondition() : groups.and(NAMESPACES.IS_PUBLIC.isTrue());
        }
        UserId user = person.user().id();
        Condition seen = filter.atLeast()
                .map(role -> groups.and(NAMESPACES.ID.in(members.groupsOf(user, role))))
                .orElseGet(() -> person.user().admin() ? groups : groups.and(seenBy(user)));
        return filter.usersToo() ? seen.or(NAMESPACES.USER_ID.eq(user.value())) : seen;
    }

    private Condition seenBy(UserId user) {
        return NAMESPACES
                .IS_PUBLIC
                .isTrue()
                .or(NAMESPACES.ID.in(members.groupsOf(user, Role.GUEST)))
                .or(NAMESPACES.ID.in(members.groupsAbove(user)));
    }

    private Optional<GroupChange.Invalid> problem(NewGroup wanted) {
        return path(wanted.parent(), wanted.path())
                .or(() -> texts(wanted.name(), wanted.description()))
                .or(() -> wanted.isPublic()
                                && wanted.parent()
                                        .filter(parent -> !parent.isPublic())
                                        .isPresent()
                        ? Optional.of(new GroupChange.Invalid("visibility", "must not be public in a private group"))
                        : Optional.empty());
    }

    private Optional<GroupChange.Invalid> path(Optional<Namespace> parent, String path) {
        Optional<GroupChange.Invalid> problem = segment(parent, path);
        if (problem.isPresent()) {
            return problem;
        }
        if (parent.isPresent() && line(parent.get().id()).size() >= DEEPEST) {
            return Optional.of(tooDeep());
        }
        int length = parent.map(above -> above.fullPath().length() + 1).orElse(0) + path.length();
        return length > LONGEST_FULL_PATH ? Optional.of(tooLong()) : Optional.empty();
    }

    private static Optional<GroupChange.Invalid> segment(Optional<Namespace> parent, String path) {
        return (parent.isPresent() ? PathSegment.check(path) : PathSegment.checkFirst(path))
                .map(found -> new GroupChange.Invalid("path", found.message()));
    }

    private static GroupChange.Invalid tooDeep() {
        return new GroupChange.Invalid("parent_id", "lies too deep (at most " + DEEPEST + " groups in one another)");
    }

    private static GroupChange.Invalid tooLong() {
        return new GroupChange.Invalid(
                "path", "is too long (maximum is " + LONGEST_FULL_PATH + " characters with the groups above)");
    }

    private static Optional<GroupChange.Invalid> texts(String name, String description) {
        if (name.isBlank()) {
            return Optional.of(new GroupChange.Invalid("name", "can't be blank"));
        }
        if (name.length() > LONGEST_NAME) {
            return Optional.of(
                    new GroupChange.Invalid("name", "is too long (maximum is " + LONGEST_NAME + " characters)"));
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            return Optional.of(new GroupChange.Invalid("name", "must not contain control characters"));
        }
        return description.length() > LONGEST_DESCRIPTION
                ? Optional.of(new GroupChange.Invalid(
                        "description", "is too long (maximum is " + LONGEST_DESCRIPTION + " characters)"))
                : Optional.empty();
    }

    private Optional<GroupChange.Invalid> visibility(DSLContext sql, Namespace group, boolean isPublic) {
        NamespaceStore store = new NamespaceStore(sql);
        if (isPublic
                && group.parentId()
                        .flatMap(store::find)
                        .filter(parent -> !parent.isPublic())
                        .isPresent()) {
            return Optional.of(new GroupChange.Invalid("visibility", "must not be public in a private group"));
        }
        boolean publicBelow =
                store.anyPublicBelow(group.id()) || projects.stream().anyMatch(code -> code.anyPublic(sql, group.id()));
        return !isPublic && publicBelow
                ? Optional.of(new GroupChange.Invalid("visibility", "must stay public while something below is"))
                : Optional.empty();
    }
}
