package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.code.RefChange.Kind;
import dev.tandem.server.platform.access.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PushRulesTest {
    private static final String SHA = "a".repeat(40);
    private static final ProtectedBranch MAIN = rule("main", Optional.of(Role.MAINTAINER), false);

    @Test
    void anUnprotectedBranchMovesAnyWay() {
        for (Kind kind : Kind.values()) {
            assertThat(judge(Role.DEVELOPER, List.of(MAIN), "refs/heads/feature/x", kind))
                    .isEmpty();
        }
    }

    @Test
    void aMaintainerMovesTheProtectedBranchForwardOnly() {
        assertThat(judge(Role.MAINTAINER, List.of(MAIN), "refs/heads/main", Kind.FAST_FORWARD))
                .isEmpty();
        assertThat(judge(Role.MAINTAINER, List.of(MAIN), "refs/heads/main", Kind.FORCE))
                .contains(new PushRefusal.ForcePushForbidden("main"));
        assertThat(judge(Role.OWNER, List.of(MAIN), "refs/heads/main", Kind.DELETE))
                .contains(new PushRefusal.DefaultBranchStays("main"));
    }

    @Test
    void aDeveloperNeedsTheRole() {
        assertThat(judge(Role.DEVELOPER, List.of(MAIN), "refs/heads/main", Kind.FAST_FORWARD))
                .contains(new PushRefusal.RoleNeeded("main", Optional.of(Role.MAINTAINER)));
    }

    @Test
    void ofSeveralRulesTheMostGenerousDecidesWhoPushesAndTheStrictestAboutHistory() {
        List<ProtectedBranch> rules = List.of(
                rule("release/*", Optional.of(Role.MAINTAINER), true),
                rule("release/1*", Optional.of(Role.DEVELOPER), false));

        assertThat(judge(Role.DEVELOPER, rules, "refs/heads/release/1.0", Kind.FAST_FORWARD))
                .isEmpty();
        assertThat(judge(Role.DEVELOPER, rules, "refs/heads/release/1.0", Kind.FORCE))
                .contains(new PushRefusal.ForcePushForbidden("release/1.0"));
        assertThat(judge(Role.DEVELOPER, rules, "refs/heads/release/2.0", Kind.CREATE))
                .contains(new PushRefusal.RoleNeeded("release/2.0", Optional.of(Role.MAINTAINER)));
        assertThat(judge(Role.OWNER, rules, "refs/heads/release/2.0", Kind.FORCE))
                .isEmpty();
        assertThat(judge(Role.OWNER, rules, "refs/heads/release/2.0", Kind.DELETE))
                .contains(new PushRefusal.DeletionForbidden("release/2.0"));
    }

    @Test
    void nobodyMeansNobody() {
        List<ProtectedBranch> rules = List.of(rule("frozen", Optional.empty(), false));

        assertThat(judge(Role.OWNER, rules, "refs/heads/frozen", Kind.FAST_FORWARD))
                .contains(new PushRefusal.RoleNeeded("frozen", Optional.empty()));
    }

    @Test
    void refsOfTheServerAndMisleadingNamesAreRefused() {
        assertThat(judge(Role.OWNER, List.of(), "refs/pipelines/1", Kind.CREATE))
                .contains(new PushRefusal.ReservedRef("refs/pipelines/1"));
        assertThat(judge(Role.OWNER, List.of(), "refs/keep-around/" + SHA, Kind.DELETE))
                .isPresent();
        assertThat(judge(Role.OWNER, List.of(), "refs/heads/" + SHA, Kind.CREATE))
                .isPresent();
        assertThat(judge(Role.OWNER, List.of(), "refs/heads/HEAD", Kind.CREATE)).isPresent();
        assertThat(judge(Role.OWNER, List.of(), "HEAD", Kind.CREATE)).isPresent();
        assertThat(judge(Role.OWNER, List.of(), "refs/heads/" + "x".repeat(500), Kind.CREATE))
                .isPresent();
        assertThat(judge(Role.DEVELOPER, List.of(), "refs/notes/x", Kind.CREATE))
                .isEmpty();
    }

    @Test
    void everyRefusalSaysWhatAndWhy() {
        List<PushRefusal> all = List.of(
                new PushRefusal.ReservedRef("r"),
                new PushRefusal.BadName("r", "why"),
                new PushRefusal.RoleNeeded("b", Optional.of(Role.MAINTAINER)),
                new PushRefusal.RoleNeeded("b", Optional.empty()),
                new PushRefusal.ForcePushForbidden("b"),
                new PushRefusal.DeletionForbidden("b"),
                new PushRefusal.DefaultBranchStays("b"),
                new PushRefusal.MovedMeanwhile("r"));

        assertThat(all)
                .allSatisfy(
                        refusal -> assertThat(refusal.message()).isNotBlank().doesNotContain("\n"));
    }

    private static Optional<PushRefusal> judge(Role role, List<ProtectedBranch> rules, String ref, Kind kind) {
        return new PushRules(role, rules, List.of(), Optional.of("main")).judge(new RefChange(ref, SHA, SHA, kind));
    }

    private static ProtectedBranch rule(String name, Optional<Role> push, boolean force) {
        return new ProtectedBranch(1, name, push, push, force);
    }
}
