package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.SettableClock;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the tables of identity must keep on every database. */
abstract class IdentityStoreContract {
    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private Users users;
    private Members members;
    private PersonalTokens tokens;
    private Sessions sessions;
    private Audit audit;
    private User mei;

    abstract Database database();

    @BeforeEach
    void services() {
        users = new Users(database(), clock);
        members = new Members(database(), clock);
        tokens = new PersonalTokens(database(), clock);
        sessions = new Sessions(database(), clock, false);
        audit = new Audit(database(), clock);
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
        assertThat(members.role(7, mei.id())).contains(Role.OWNER);
        assertThat(members.projectsOf(mei.id(), Role.DEVELOPER)).containsExactly(7L);
    }

    @Test
    void theLastOwnerStays() {
        User omar = create("omar");
        add(7, mei, Role.OWNER);
        database().write(tx -> members.add(tx, 7, omar.id(), Role.DEVELOPER, Optional.of(mei.id())));

        assertThat(remove(7, mei)).isEqualTo(new MemberChange.LastOwner());
        assertThat(change(7, mei, Role.MAINTAINER)).isEqualTo(new MemberChange.LastOwner());
        assertThat(change(7, omar, Role.OWNER)).isEqualTo(new MemberChange.Done());
        assertThat(remove(7, mei)).isEqualTo(new MemberChange.Done());
        assertThat(remove(7, mei)).isEqualTo(new MemberChange.NotAMember());
        assertThat(members.list(7, 0, 10)).containsExactly(new Member(omar, Role.OWNER, START, Optional.of(mei)));
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
        database().write(tx -> UserStore.setBlocked(tx.sql(), mei.id(), true));

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
        ProjectFacts closed = new ProjectFacts(7, "root/shop", "shop", false);
        ProjectFacts open = new ProjectFacts(8, "root/open", "open", true);
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
        assertThat(access.decide(job, Permission.READ_CODE, new ProjectFacts(9, "root/other", "other", false)))
                .isEqualTo(new Decision.Hidden());
    }

    private User create(String username) {
        UserCreation creation =
                database().write(tx -> users.create(tx, username, username, username + "@example.test", false));
        return ((UserCreation.Created) creation).user();
    }

    private MemberChange add(long project, User user, Role role) {
        return database().write(tx -> members.add(tx, project, user.id(), role));
    }

    private MemberChange change(long project, User user, Role role) {
        return database().write(tx -> members.change(tx, project, user.id(), role));
    }

    private MemberChange remove(long project, User user) {
        return database().write(tx -> members.remove(tx, project, user.id()));
    }
}
