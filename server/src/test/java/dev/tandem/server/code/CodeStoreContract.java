package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** What the stores of this package must keep on every database. */
abstract class CodeStoreContract {
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);

    abstract Database database();

    @Test
    void aProjectIsFoundByIdAndByPathWhateverItsCase() {
        long id = project("shop").orElseThrow();

        assertThat(find(id))
                .contains(new Project(
                        id,
                        "mei",
                        "shop",
                        "mei/shop",
                        "Shop",
                        "d",
                        true,
                        "main",
                        true,
                        userId(),
                        NOW,
                        NOW,
                        Optional.empty()));
        assertThat(findByPath("MEI/Shop")).isPresent();
        assertThat(all()).hasSize(1);
    }

    @Test
    void aPathThatDiffersInCaseOnlyIsTaken() {
        project("shop");

        assertThat(project("SHOP")).isEmpty();
    }

    @Test
    void onlyTheFirstPushFillsAProject() {
        long id = project("shop").orElseThrow();

        assertThat(fill(id, "trunk")).isTrue();
        assertThat(fill(id, "other")).isFalse();
        assertThat(find(id).orElseThrow().defaultBranch()).isEqualTo("trunk");
    }

    @Test
    void theHeadThatIsSearchedIsTheLastOneAndGoesWithItsProject() {
        long id = project("shop").orElseThrow();
        for (String sha : List.of("a".repeat(40), "b".repeat(40))) {
            database().write(tx -> {
                new SearchHeadStore(tx.sql()).put(id, sha);
                return sha;
            });
        }

        assertThat(heads(id)).containsOnly(Map.entry(id, "b".repeat(40)));
        database().write(tx -> new ProjectStore(tx.sql()).delete(id));
        assertThat(heads(id)).isEmpty();
    }

    private Map<Long, String> heads(long id) {
        return database().read(sql -> new SearchHeadStore(sql).of(List.of(id, id + 1)));
    }

    @Test
    void anIntentIsClosedOnce() {
        long id = project("shop").orElseThrow();
        PushIntent intent = new PushIntent(
                "p1", id, "refs/heads/main", RefUpdated.ZERO, "a".repeat(40), 1, List.of("ci.skip", "x=1"), NOW);
        database().write(tx -> {
            new PushIntentStore(tx.sql()).open(intent);
            return 0;
        });

        assertThat(openIntents(id)).containsExactly(intent);
        assertThat(projectsWithOpen()).containsExactly(id);
        assertThat(close("p1", PushIntent.Status.COMPLETED)).isTrue();
        assertThat(close("p1", PushIntent.Status.DROPPED)).isFalse();
        assertThat(openIntents(id)).isEmpty();
    }

    @Test
    void protectedBranchesGoWithTheirProject() {
        long id = project("shop").orElseThrow();
        ProtectedBranches.Rule rule =
                new ProtectedBranches.Rule("main", Optional.of(Role.DEVELOPER), Optional.empty(), true);

        assertThat(protect(id, rule)).isTrue();
        assertThat(protect(id, rule)).isFalse();
        ProtectedBranch stored = rules(id).getFirst();
        assertThat(stored.push()).contains(Role.DEVELOPER);
        assertThat(stored.merge()).isEmpty();
        assertThat(stored.allowForcePush()).isTrue();

        database().write(tx -> new ProjectStore(tx.sql()).delete(id));

        assertThat(rules(id)).isEmpty();
    }

    private Optional<Project> find(long id) {
        return database().read(sql -> new ProjectStore(sql).find(id));
    }

    private Optional<Project> findByPath(String path) {
        return database().read(sql -> new ProjectStore(sql).findByPath(path));
    }

    private List<Project> all() {
        return database().read(sql -> new ProjectStore(sql).list(DSL.trueCondition(), 10, 0));
    }

    private boolean fill(long id, String branch) {
        return database().write(tx -> new ProjectStore(tx.sql()).fill(id, branch));
    }

    private List<PushIntent> openIntents(long id) {
        return database().read(sql -> new PushIntentStore(sql).listOpen(id, 10));
    }

    private List<Long> projectsWithOpen() {
        return database().read(sql -> new PushIntentStore(sql).projectsWithOpen(10));
    }

    private boolean protect(long id, ProtectedBranches.Rule rule) {
        return database().write(tx -> new ProtectedBranchStore(tx.sql()).insert(id, rule, NOW));
    }

    @Test
    void aTagHasOneReleaseWhichGoesWithItsProject() {
        long id = project("shop").orElseThrow();
        Release old = release(id, "v1", NOW);
        Release ahead = release(id, "v2", NOW.plusSeconds(60));

        assertThat(store(old)).isTrue();
        assertThat(store(old)).isFalse();
        assertThat(store(ahead)).isTrue();

        assertThat(releases(id, Releases.Order.NEWEST_FIRST)).containsExactly("v2", "v1");
        assertThat(releases(id, new Releases.Order(false, true))).containsExactly("v1", "v2");
        Release stored =
                database().read(sql -> new ReleaseStore(sql).find(id, "v1")).orElseThrow();
        assertThat(stored.links()).hasSize(2).extracting(ReleaseLink::filepath).containsExactly("/a", null);
        assertThat(stored)
                .usingRecursiveComparison()
                .ignoringFields("id", "links")
                .isEqualTo(old);
        assertThat(remove(stored.id(), stored.links().getFirst().id())).isTrue();
        assertThat(remove(stored.id(), stored.links().getFirst().id())).isFalse();

        database().write(tx -> new ProjectStore(tx.sql()).delete(id));

        assertThat(releases(id, Releases.Order.NEWEST_FIRST)).isEmpty();
    }

    private static Release release(long projectId, String tag, Instant at) {
        return new Release(
                0,
                projectId,
                tag,
                "name",
                "text",
                "a".repeat(40),
                1,
                NOW,
                at,
                List.of(
                        new ReleaseLink(0, "one", "https://example.org", "/a", "other"),
                        new ReleaseLink(0, "two", "https://example.org", null, "image")));
    }

    private boolean store(Release release) {
        return database().write(tx -> new ReleaseStore(tx.sql()).insert(release));
    }

    private boolean remove(long release, long link) {
        return database().write(tx -> new ReleaseStore(tx.sql()).removeLink(release, link));
    }

    private List<String> releases(long id, Releases.Order order) {
        return database().read(sql -> new ReleaseStore(sql).list(id, order, 0, 10)).stream()
                .map(Release::tagName)
                .toList();
    }

    private List<ProtectedBranch> rules(long id) {
        return database().read(sql -> new ProtectedBranchStore(sql).list(id, 10));
    }

    private boolean close(String pushId, PushIntent.Status outcome) {
        return database().write(tx -> new PushIntentStore(tx.sql()).close(pushId, outcome, NOW));
    }

    private Optional<Long> project(String path) {
        long user = userId();
        return database()
                .write(tx -> new ProjectStore(tx.sql())
                        .insert(new NewProject("mei", path, "Shop", "d", true, "main"), user, NOW));
    }

    private long userId() {
        return database().write(tx -> {
            tx.sql()
                    .execute("insert into users (username, username_key, name, email, admin, blocked,"
                            + " password_one_time, created_at) select 'mei', 'mei', 'Mei', 'mei@example.test', false,"
                            + " false, false, 0 where not exists (select 1 from users where username_key = 'mei')");
            return tx.sql()
                    .fetchSingle("select id from users where username_key = 'mei'")
                    .get(0, Long.class);
        });
    }
}
