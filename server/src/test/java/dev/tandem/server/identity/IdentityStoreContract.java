package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.PROJECTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.server.SettableClock;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Role;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;

/** What the tables of identity must keep on every database. */
abstract class IdentityStoreContract {
    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private Users users;
    private Members members;
    private PersonalTokens tokens;
    private Sessions sessions;
    private Audit audit;
    private Namespaces namespaces;
    private GroupProjects projects = new ProjectRows();
    private User mei;

    abstract Database database();

    @BeforeEach
    void services() {
        users = new Users(database(), clock);
        members = new Members(database(), clock);
        tokens = new PersonalTokens(database(), clock);
        sessions = new Sessions(database(), clock, false);
        audit = new Audit(database(), clock);
        namespaces = new Namespaces(
                database(),
                members,
                audit,
                clock,
                provider(),
                new DurableTask<>("identity.delete-marked-group", MarkedGroup.class, marked -> {}),
                Duration.ofDays(7));
        mei = create("Mei");
    }

    @Test
    void usersAreFoundWithoutRegardToCapitals() {
        assertThat(users.find("mEI")).contains(mei);
        assertThat(users.find(mei.id())).contains(mei);
        assertThat(users.find("nobody")).isEmpty();
        assertThat(users.list(UserFilter.of("me"), 0, 10)).containsExactly(mei);
        assertThat(users.count(UserFilter.of("omar"))).isZero();
    }

    @Test
    void aUsernameIsTakenOnlyOnce() {
        UserCreation again = database().write(tx -> users.create(tx, "MEI", "Other", "other@example.test", false));

        assertThat(again).isEqualTo(new UserCreation.UsernameTaken());
    }

    @Test
    void usernamesThatWouldHideOtherAddressesAreRefused() {
        for (String bad : List.of("-", "api", "Admin", "a/b", "..", "a..b", "x.git", "", "a b", "-x", "x.", "ü")) {
            UserCreation creation = database().write(tx -> users.create(tx, bad, "Name", "a@example.test", false));
            assertThat(creation).as(bad).isEqualTo(new UserCreation.Invalid("username"));
        }
    }

    @Test
    void searchTreatsWildcardsAsLetters() {
        assertThat(users.count(UserFilter.of("%"))).isZero();
        assertThat(users.count(UserFilter.of("_"))).isZero();
    }

    @Test
    void membersHaveOneRoleEach() {
        assertThat(add(7, mei, Role.OWNER)).isEqualTo(new MemberChange.Done());
        assertThat(add(7, mei, Role.GUEST)).isEqualTo(new MemberChange.AlreadyMember());
        assertThat(members.role(new MemberSource.OfProject(7), mei.id())).contains(Role.OWNER);
        assertThat(projectsOf(mei, Role.DEVELOPER)).containsExactly(7L);
    }

    @Test
    void theLastOwnerStays() {
        User omar = create("omar");
        add(7, mei, Role.OWNER);
        database()
                .write(tx -> members.add(
                        tx,
                        new MemberSource.OfProject(7),
                        omar.id(),
                        Role.DEVELOPER,
                        Optional.empty(),
                        Optional.of(mei.id())));

        assertThat(remove(7, mei)).isEqualTo(new MemberChange.LastOwner());
        assertThat(change(7, mei, Role.MAINTAINER)).isEqualTo(new MemberChange.LastOwner());
        assertThat(change(7, omar, Role.OWNER)).isEqualTo(new MemberChange.Done());
        assertThat(remove(7, mei)).isEqualTo(new MemberChange.Done());
        assertThat(remove(7, mei)).isEqualTo(new MemberChange.NotAMember());
        assertThat(members.list(new MemberSource.OfProject(7), "", 0, 10))
                .containsExactly(
                        new Member(omar, Role.OWNER, START, Optional.of(mei), Optional.empty(), Optional.empty()));
    }

    @Test
    void tokensAreVerifiedUntilRevokedOrExpired() {
        var lasting =
                database().write(tx -> tokens.create(tx, mei.id(), "a", Set.of(TokenScope.READ_API), Optional.empty()));
        var short1 = database()
                .write(tx -> tokens.create(
                        tx, mei.id(), "b", Set.of(TokenScope.API), Optional.of(START.plus(Duration.ofDays(1)))));

        assertThat(tokens.verify(lasting.secret()))
                .isInstanceOfSatisfying(
                        PersonalTokens.Verified.Valid.class,
                        valid -> assertThat(valid.person())
                                .isEqualTo(new Actor.Person(mei, Set.of(TokenScope.READ_API))));
        assertThat(tokens.verify("glpat-wrong")).isEqualTo(new PersonalTokens.Verified.Unknown());
        assertThat(tokens.find(lasting.token().id()).orElseThrow().lastUsedAt()).contains(START);

        clock.advance(Duration.ofDays(1));
        assertThat(tokens.verify(short1.secret())).isEqualTo(new PersonalTokens.Verified.Expired());
        assertThat(database()
                        .<Boolean>write(tx ->
                                tokens.revoke(tx, mei.id(), lasting.token().id())))
                .isTrue();
        assertThat(tokens.verify(lasting.secret())).isEqualTo(new PersonalTokens.Verified.Unknown());
    }

    @Test
    void noTokenAndNoSessionSecretIsStored() {
        var token = database().write(tx -> tokens.create(tx, mei.id(), "a", Set.of(TokenScope.API), Optional.empty()));
        String session = database().write(tx -> sessions.start(tx, mei.id(), "10.0.0.1", "test"));

        String stored = database()
                .read(sql -> sql.fetch("select * from personal_tokens").format()
                        + sql.fetch("select * from sessions").format());
        assertThat(stored).doesNotContain(token.secret()).doesNotContain(session);
    }

    @Test
    void aSessionSlidesAndEnds() {
        String secret = database().write(tx -> sessions.start(tx, mei.id(), "10.0.0.1", "test"));
        clock.advance(Duration.ofDays(13));
        assertThat(sessions.find(secret)).isPresent();
        clock.advance(Duration.ofDays(13));
        assertThat(sessions.find(secret)).isPresent();
        clock.advance(Duration.ofDays(15));
        assertThat(sessions.find(secret)).isEmpty();

        sessions.deleteExpired();
        assertThat(database().<Integer>read(sql -> sql.fetchCount(org.jooq.impl.DSL.table("sessions"))))
                .isZero();
    }

    @Test
    void aSessionEndsAfterNinetyDaysHoweverMuchItIsUsed() {
        String secret = database().write(tx -> sessions.start(tx, mei.id(), "10.0.0.1", "test"));
        for (int day = 0; day < 89; day++) {
            clock.advance(Duration.ofDays(1));
            assertThat(sessions.find(secret)).isPresent();
        }
        clock.advance(Duration.ofDays(1));
        assertThat(sessions.find(secret)).isEmpty();
    }

    @Test
    void blockingEndsSessionsAndTokens() {
        String secret = database().write(tx -> sessions.start(tx, mei.id(), "10.0.0.1", "test"));
        var token = database().write(tx -> tokens.create(tx, mei.id(), "a", Set.of(TokenScope.API), Optional.empty()));
        database().write(tx -> UserStore.setState(tx.sql(), mei.id(), User.State.ACTIVE, User.State.BLOCKED));

        assertThat(sessions.find(secret)).isEmpty();
        assertThat(tokens.verify(token.secret())).isEqualTo(new PersonalTokens.Verified.Unknown());
    }

    @Test
    void theAuditLogIsFiltered() {
        Actor actor = new Actor.Person(mei, TokenScope.all());
        database().write(tx -> {
            audit.record(tx, actor, "member.add", "root/shop", "omar as guest");
            audit.record(tx, new Actor.Job(12, 7, mei.id()), "deploy.start", "root/shop", "x".repeat(10_000));
            return 0;
        });

        assertThat(audit.count(new Audit.Filter("", "", ""))).isEqualTo(2);
        assertThat(audit.list(new Audit.Filter("Mei", "member.", "shop"), 0, 10))
                .extracting(AuditEvent::actor, AuditEvent::action, AuditEvent::target, AuditEvent::detail)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Mei", "member.add", "root/shop", "omar as guest"));
        assertThat(audit.list(new Audit.Filter("job 12", "", ""), 0, 10)
                        .getFirst()
                        .detail())
                .hasSize(4000);
    }

    @Test
    void accessFollowsRoleVisibilityAndScopes() {
        Access access = new Access(members, users);
        ProjectFacts closed = new ProjectFacts(7, "root/shop", "shop", false, false);
        ProjectFacts open = new ProjectFacts(8, "root/open", "open", true, false);
        Actor person = new Actor.Person(mei, TokenScope.all());
        assertThat(access.decide(person, Permission.READ_CODE, closed)).isEqualTo(new Decision.Hidden());
        assertThat(access.decide(Actor.ANONYMOUS, Permission.READ_CODE, closed)).isEqualTo(new Decision.Hidden());
        assertThat(access.decide(Actor.ANONYMOUS, Permission.READ_CODE, open).isAllowed())
                .isTrue();
        assertThat(access.decide(person, Permission.PUSH, open)).isInstanceOf(Decision.Forbidden.class);

        add(7, mei, Role.DEVELOPER);
        assertThat(access.decide(person, Permission.PUSH, closed).isAllowed()).isTrue();
        assertThat(access.decide(person, Permission.MANAGE_MEMBERS, closed)).isInstanceOf(Decision.Forbidden.class);
        Actor reader = new Actor.Person(mei, Set.of(TokenScope.READ_REPOSITORY));
        assertThat(access.decide(reader, Permission.READ_CODE, closed).isAllowed())
                .isTrue();
        assertThat(access.decide(reader, Permission.PUSH, closed)).isInstanceOf(Decision.Forbidden.class);

        Actor job = new Actor.Job(1, 7, mei.id());
        assertThat(access.decide(job, Permission.READ_CODE, closed).isAllowed()).isTrue();
        assertThat(access.decide(job, Permission.DEPLOY, closed).isAllowed()).isTrue();
        assertThat(access.decide(job, Permission.PUSH, closed)).isInstanceOf(Decision.Forbidden.class);
        assertThat(access.decide(job, Permission.READ_CODE, new ProjectFacts(9, "root/other", "other", false, false)))
                .isEqualTo(new Decision.Hidden());
    }

    @Test
    void rolesComeDownFromGroupsAndTheHighestCounts() {
        User omar = create("omar");
        Namespace shop = group(null, "shop");
        Namespace backend = group(shop, "backend");
        Namespace other = group(null, "other");
        long project = projectIn(backend, "api");
        assertThat(namespaces.line(backend.id())).containsExactly(shop, backend);
        add(MemberSource.of(shop), omar, Role.REPORTER);
        add(project, omar, Role.GUEST);

        MemberSource there = new MemberSource.OfProject(project);
        assertThat(members.role(there, omar.id())).contains(Role.REPORTER);
        assertThat(members.directRole(there, omar.id())).contains(Role.GUEST);
        assertThat(members.role(MemberSource.of(backend), omar.id())).contains(Role.REPORTER);
        assertThat(members.directRole(MemberSource.of(backend), omar.id())).isEmpty();
        assertThat(members.role(MemberSource.of(other), omar.id())).isEmpty();
        assertThat(projectsOf(omar, Role.REPORTER)).containsExactly(project);
        assertThat(projectsOf(omar, Role.DEVELOPER)).isEmpty();
        assertThat(members.listAll(there, "", 0, 10))
                .extracting(member -> member.user().username() + " " + member.role() + " "
                        + member.inheritedFrom().orElse("here"))
                .containsExactly("Mei OWNER shop", "omar REPORTER shop");
        assertThat(members.countAll(there, "")).isEqualTo(2);
        assertThat(members.count(there, "")).isEqualTo(1);
        assertThat(members.countAll(there, "OMA")).isEqualTo(1);
    }

    @Test
    void aRoleEndsOnItsDayByItself() {
        User omar = create("omar");
        Namespace shop = group(null, "shop");
        long project = projectIn(shop, "api");
        MemberSource there = new MemberSource.OfProject(project);
        Optional<LocalDate> tomorrow = Optional.of(LocalDate.of(2026, 11, 24));
        database()
                .write(tx ->
                        members.add(tx, MemberSource.of(shop), omar.id(), Role.DEVELOPER, tomorrow, Optional.empty()));
        assertThat(members.role(there, omar.id())).contains(Role.DEVELOPER);
        assertThat(members.find(MemberSource.of(shop), omar.id()).orElseThrow().expiresOn())
                .isEqualTo(tomorrow);

        clock.advance(Duration.ofHours(16));

        assertThat(members.role(there, omar.id())).isEmpty();
        assertThat(projectsOf(omar, Role.GUEST)).isEmpty();
        assertThat(members.listAll(there, "", 0, 10)).hasSize(1);
        assertThat(namespaces.list(new Actor.Person(omar, TokenScope.all()), Namespaces.Filter.groups(""), 0, 10))
                .isEmpty();
        assertThat(add(MemberSource.of(shop), omar, Role.GUEST)).isEqualTo(new MemberChange.Done());
        assertThat(members.deleteExpired()).isZero();
    }

    @Test
    void anInvitationIsUsedAsOftenAsItSaysAndUntilItsEnd() {
        Namespace shop = group(null, "shop");
        Instant end = START.plus(Duration.ofDays(1));
        Invitation twice = invited(shop, "a", Optional.empty(), 2, end).orElseThrow();
        invited(shop, "b", Optional.of("Lin@example.test"), 1, end);

        assertThat(invited(shop, "c", Optional.of("lin@EXAMPLE.test"), 1, end))
                .as("one for an address at a time")
                .isEmpty();
        assertThat(database().<Boolean>write(tx -> InvitationStore.use(tx.sql(), twice.id(), START)))
                .isTrue();
        assertThat(found("a", START).orElseThrow().usesLeft()).isEqualTo(1);
        assertThat(database().<Boolean>write(tx -> InvitationStore.use(tx.sql(), twice.id(), START)))
                .isTrue();
        assertThat(database().<Boolean>write(tx -> InvitationStore.use(tx.sql(), twice.id(), START)))
                .isFalse();
        assertThat(found("a", START)).isEmpty();
        assertThat(found("b", START).orElseThrow().isFor("LIN@example.test")).isTrue();
        assertThat(found("b", end)).isEmpty();

        MemberSource there = MemberSource.of(shop);
        assertThat(database().<List<Invitation>>read(sql -> InvitationStore.list(sql, there, "LIN@", START, 0, 9)))
                .hasSize(1);
        database().write(tx -> {
            InvitationStore.deleteExpired(tx.sql(), Optional.of(there), end);
            return 0;
        });
        assertThat(database().<Integer>read(sql -> InvitationStore.count(sql, there, "", START)))
                .isZero();
    }

    private Optional<Invitation> invited(Namespace group, String hash, Optional<String> email, int uses, Instant end) {
        Invitation.Terms terms = new Invitation.Terms(Role.DEVELOPER, email, Optional.of(LocalDate.of(2027, 1, 31)));
        return database()
                .write(tx -> InvitationStore.insert(
                        tx.sql(), hash, MemberSource.of(group), terms, uses, mei.id(), START, end));
    }

    private Optional<Invitation> found(String hash, Instant now) {
        return database().read(sql -> InvitationStore.find(sql, hash, now));
    }

    @Test
    void anOwnerWhoseRoleEndsIsNotTheLastOne() {
        User omar = create("omar");
        Namespace shop = group(null, "shop");
        Namespace backend = group(shop, "backend");
        Optional<LocalDate> later = Optional.of(LocalDate.of(2026, 12, 24));
        database().write(tx -> members.add(tx, MemberSource.of(shop), omar.id(), Role.OWNER, later, Optional.empty()));

        assertThat(remove(MemberSource.of(shop), mei)).isEqualTo(new MemberChange.LastOwner());
        assertThat(database()
                        .<MemberChange>write(
                                tx -> members.change(tx, MemberSource.of(shop), mei.id(), Role.OWNER, later)))
                .isEqualTo(new MemberChange.LastOwner());
        assertThat(database()
                        .<MemberChange>write(tx -> members.change(
                                tx,
                                MemberSource.of(shop),
                                mei.id(),
                                Role.OWNER,
                                Optional.of(LocalDate.of(2026, 11, 23)))))
                .isEqualTo(new MemberChange.DayOver());
        // The group above has one.
        assertThat(remove(MemberSource.of(backend), mei)).isEqualTo(new MemberChange.Done());
    }

    @Test
    void noTwoThingsHaveOneAddress() {
        Namespace shop = group(null, "Shop");
        projectIn(shop, "api");
        Actor actor = new Actor.Person(mei, TokenScope.all());

        assertThat(namespaces.create(actor, mei.id(), new NewGroup(Optional.empty(), "sHOP", "x", "", false)))
                .isEqualTo(new GroupChange.PathTaken("sHOP"));
        assertThat(namespaces.create(actor, mei.id(), new NewGroup(Optional.empty(), "MEI", "x", "", false)))
                .isEqualTo(new GroupChange.PathTaken("MEI"));
        assertThat(namespaces.create(actor, mei.id(), new NewGroup(Optional.of(shop), "API", "x", "", false)))
                .isEqualTo(new GroupChange.PathTaken("API"));
        assertThat(database().<UserCreation>write(tx -> users.create(tx, "shop", "x", "x@example.test", false)))
                .isEqualTo(new UserCreation.UsernameTaken());
        assertThat(namespaces.findByPath("sHoP")).contains(shop);
        assertThat(namespaces.findByPath("shop/api")).isEmpty();
    }

    @Test
    void groupsAreSeenByMembersAboveAndBelow() {
        User omar = create("omar");
        User nia = create("nia");
        Namespace shop = group(null, "shop");
        Namespace backend = group(shop, "backend");
        long project = projectIn(backend, "api");
        add(project, omar, Role.GUEST);
        Access access = new Access(members, users);
        Actor seesBelow = new Actor.Person(omar, TokenScope.all());

        assertThat(namespaces.list(seesBelow, Namespaces.Filter.groups(""), 0, 10))
                .containsExactly(shop, backend);
        assertThat(access.decide(seesBelow, Permission.READ_GROUP, shop).isAllowed())
                .isTrue();
        assertThat(access.decide(seesBelow, Permission.FILL_GROUP, shop)).isInstanceOf(Decision.Forbidden.class);
        Actor stranger = new Actor.Person(nia, TokenScope.all());
        assertThat(namespaces.list(stranger, Namespaces.Filter.groups(""), 0, 10))
                .isEmpty();
        assertThat(access.decide(stranger, Permission.READ_GROUP, shop)).isEqualTo(new Decision.Hidden());
        Actor owner = new Actor.Person(mei, TokenScope.all());
        assertThat(namespaces.count(
                        owner, new Namespaces.Filter("", new Namespaces.In.Below(shop.id()), Optional.empty(), false)))
                .isEqualTo(1);
        assertThat(namespaces.list(
                        owner,
                        new Namespaces.Filter("", new Namespaces.In.Anywhere(), Optional.of(Role.OWNER), true),
                        0,
                        10))
                .extracting(Namespace::fullPath)
                .containsExactly("Mei", "shop", "shop/backend");
    }

    @Test
    void aGroupMovesWholeOrNotAtAll() {
        Namespace shop = group(null, "shop");
        Namespace backend = group(shop, "backend");
        Namespace other = group(null, "other");
        long project = projectIn(backend, "api");
        Actor actor = new Actor.Person(mei, TokenScope.all());
        projects = new ProjectRows() {
            @Override
            public void moved(Tx tx, long id, String namespace) {
                throw new IllegalStateException("the server dies here");
            }
        };

        assertThatThrownBy(() -> namespaces.move(actor, shop, Optional.of(other), "store"))
                .hasMessageContaining("dies here");

        assertThat(namespaces.findByPath("shop/backend")).contains(backend);
        assertThat(namespaces.movedGroup("shop")).isEmpty();
        assertThat(namespaces.line(backend.id())).containsExactly(shop, backend);

        projects = new ProjectRows();
        assertThat(namespaces.move(actor, shop, Optional.of(other), "store")).isInstanceOf(GroupChange.Done.class);

        Namespace moved = namespaces.findByPath("other/store/backend").orElseThrow();
        assertThat(moved.id()).isEqualTo(backend.id());
        assertThat(namespaces.line(backend.id()))
                .extracting(Namespace::fullPath)
                .containsExactly("other", "other/store", "other/store/backend");
        assertThat(namespaces.movedGroup("SHOP/backend")).contains(moved);
        assertThat(namespaces.movedProject("shop/backend/api")).contains(project);
        assertThat(group(null, "shop").id()).isNotEqualTo(shop.id());
        assertThat(namespaces.movedGroup("shop")).isEmpty();
        assertThat(namespaces.move(actor, moved, Optional.empty(), "Backend")).isInstanceOf(GroupChange.Done.class);
        assertThat(namespaces.line(backend.id())).hasSize(1);
    }

    /** What code does to the projects of a group that moves. */
    private class ProjectRows implements GroupProjects {
        @Override
        public void delete(Tx tx, Actor actor, long projectId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void mark(Tx tx, long projectId, DeletionMark mark) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void restore(Tx tx, long groupId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void moved(Tx tx, long projectId, String namespace) {
            String from = tx.sql()
                    .select(PROJECTS.FULL_PATH)
                    .from(PROJECTS)
                    .where(PROJECTS.ID.eq(projectId))
                    .fetchSingle()
                    .value1();
            namespaces.moveProject(tx, namespaces.holding(tx, projectId), from, namespace + "/api", projectId);
            tx.sql()
                    .update(PROJECTS)
                    .set(PROJECTS.FULL_PATH, namespace + "/api")
                    .where(PROJECTS.ID.eq(projectId))
                    .execute();
        }

        @Override
        public boolean anyPublic(DSLContext sql, long groupId) {
            return false;
        }
    }

    private ObjectProvider<GroupProjects> provider() {
        return new ObjectProvider<>() {
            @Override
            public Stream<GroupProjects> stream() {
                return Stream.of(projects);
            }

            @Override
            public Iterator<GroupProjects> iterator() {
                return stream().iterator();
            }
        };
    }

    private Namespace group(Namespace parent, String path) {
        GroupChange change = namespaces.create(
                new Actor.Person(mei, TokenScope.all()),
                mei.id(),
                new NewGroup(Optional.ofNullable(parent), path, path, "", false));
        return ((GroupChange.Done) change).group();
    }

    private long projectIn(Namespace namespace, String path) {
        String fullPath = namespace.fullPath() + "/" + path;
        return database().write(tx -> {
            long id = tx.sql()
                    .insertInto(PROJECTS)
                    .set(PROJECTS.NAMESPACE, namespace.fullPath())
                    .set(PROJECTS.PATH, path)
                    .set(PROJECTS.FULL_PATH, fullPath)
                    .set(PROJECTS.PATH_KEY, fullPath.toLowerCase(java.util.Locale.ROOT))
                    .set(PROJECTS.NAME, path)
                    .set(PROJECTS.DESCRIPTION, "")
                    .set(PROJECTS.IS_PUBLIC, false)
                    .set(PROJECTS.DEFAULT_BRANCH, "main")
                    .set(PROJECTS.EMPTY, true)
                    .set(PROJECTS.CREATOR_ID, mei.id().value())
                    .set(PROJECTS.CREATED_AT, 0L)
                    .set(PROJECTS.UPDATED_AT, 0L)
                    .returning(PROJECTS.ID)
                    .fetchSingle()
                    .getId();
            namespaces.claim(tx, namespace, fullPath, id);
            return id;
        });
    }

    private List<Long> projectsOf(User user, Role role) {
        return database()
                .read(sql -> sql.fetch(members.projectsOf(user.id(), role)).map(row -> row.value1()));
    }

    private MemberChange add(MemberSource source, User user, Role role) {
        return database().write(tx -> members.add(tx, source, user.id(), role));
    }

    private MemberChange remove(MemberSource source, User user) {
        return database().write(tx -> members.remove(tx, source, user.id()));
    }

    private User create(String username) {
        UserCreation creation =
                database().write(tx -> users.create(tx, username, username, username + "@example.test", false));
        return ((UserCreation.Created) creation).user();
    }

    private MemberChange add(long project, User user, Role role) {
        return database().write(tx -> members.add(tx, new MemberSource.OfProject(project), user.id(), role));
    }

    private MemberChange change(long project, User user, Role role) {
        return database()
                .write(tx ->
                        members.change(tx, new MemberSource.OfProject(project), user.id(), role, Optional.empty()));
    }

    private MemberChange remove(long project, User user) {
        return database().write(tx -> members.remove(tx, new MemberSource.OfProject(project), user.id()));
    }
}
