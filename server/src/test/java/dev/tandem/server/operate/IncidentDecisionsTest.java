package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.operate.Suspect.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pure decisions of incidents. */
class IncidentDecisionsTest {
    private static final Instant NOW = OperateRows.NOW;

    @Test
    void thereIsNoWayBackAndResolvedIsTheEnd() {
        assertThat(IncidentStatus.NEXT).containsOnlyKeys(IncidentStatus.values());
        for (IncidentStatus from : IncidentStatus.values()) {
            for (IncidentStatus to : IncidentStatus.values()) {
                boolean may = IncidentStatus.NEXT.get(from).contains(to);
                assertThat(may).as(from + " to " + to).isEqualTo(from.isOpen() && to.ordinal() > from.ordinal());
            }
        }
    }

    @Test
    void whatFailedItselfIsTheFirstSuspectThenWhatChangedLast() {
        Suspects.Facts facts = new Suspects.Facts(
                NOW,
                deployment(9, Duration.ZERO),
                Reason.FAILED,
                List.of("errors 5 %"),
                deployment(7, Duration.ofHours(3)),
                List.of(deployment(7, Duration.ofHours(3)), deployment(5, Duration.ofDays(2))),
                List.of(new Suspects.Below("payments", deployment(8, Duration.ofMinutes(20)))));

        List<Suspect> ranked = Suspects.rank(facts);

        assertThat(ranked).extracting(Suspect::deploymentId).containsExactly(9L, 7L, 8L);
        assertThat(ranked).extracting(Suspect::reason).containsExactly(Reason.FAILED, Reason.BEFORE, Reason.DEPENDENCY);
        assertThat(ranked).extracting(Suspect::place).containsExactly(1, 2, 3);
        assertThat(ranked.getFirst().arguments()).containsExactly("errors 5 %");
        assertThat(ranked.getLast().arguments()).containsExactly("payments", "20");
    }

    @Test
    void withoutAFailureWhatServesIsSuspectedAndLessSoWhenItIsOld() {
        Deployment old = deployment(3, Duration.ofDays(9));
        Suspects.Below below = new Suspects.Below("payments", deployment(8, Duration.ofMinutes(2)));

        List<Suspect> ranked = Suspects.rank(
                new Suspects.Facts(NOW, null, Reason.FAILED, List.of(), old, List.of(old), List.of(below)));

        assertThat(ranked).extracting(Suspect::reason).containsExactly(Reason.DEPENDENCY, Reason.SERVES);
    }

    @Test
    void oneThatServesNewIsSuspectedOnceWithItsStrongestReason() {
        Deployment fresh = deployment(3, Duration.ofMinutes(4));

        List<Suspect> ranked = Suspects.rank(
                new Suspects.Facts(NOW, null, Reason.FAILED, List.of(), fresh, List.of(fresh), List.of()));

        assertThat(ranked).containsExactly(new Suspect(3, 1, 1, Reason.SERVES_NEW, List.of("4")));
    }

    @Test
    void whatIsSeenLaterDoesNotPushAFailureFromItsPlace() {
        Suspect failed = new Suspect(9, 1, 1, Reason.FAILED, List.of());
        Suspect serves = new Suspect(7, 1, 1, Reason.SERVES_NEW, List.of("1"));

        assertThat(Suspects.merge(List.of(serves), List.of(failed)))
                .extracting(Suspect::deploymentId)
                .containsExactly(9L, 7L);
    }

    @ParameterizedTest
    @EnumSource(IncidentOrigin.class)
    void aNewerSuccessMendsWhatOpenedByItself(IncidentOrigin origin) {
        Set<IncidentOrigin> mended = EnumSet.of(
                IncidentOrigin.FAILED_ROLLOUT,
                IncidentOrigin.ROLLBACK,
                IncidentOrigin.FAILED_ROLLBACK,
                IncidentOrigin.LOST_HEALTH);
        assertThat(Mending.mends(incident(origin, 5L), 6, 7)).isEqualTo(mended.contains(origin));
        assertThat(Mending.mends(incident(origin, 5L), 8, 7))
                .as("older than a failure")
                .isFalse();
        assertThat(Mending.mends(incident(origin, 7L), 0, 7))
                .as("the suspect itself")
                .isFalse();
    }

    @Test
    void aCatalogNamesOwnerDependenciesAndLinks() {
        Catalog.Entry entry = Catalog.read("""
                apiVersion: backstage.io/v1alpha1
                kind: Component
                metadata:
                  name: shop
                  links:
                    - {title: Runbook, url: "https://wiki.example.test/shop"}
                    - {title: Bad, url: "javascript:alert(1)"}
                spec:
                  owner: group:default/checkout
                  dependsOn: ["component:default/payments", "resource:default/db", 7]
                """);

        assertThat(entry.owner()).isEqualTo("checkout");
        assertThat(entry.dependsOn()).containsExactly("payments");
        assertThat(entry.links()).containsExactly(new Catalog.Link("Runbook", "https://wiki.example.test/shop"));
        assertThat(Catalog.read("kind: [")).isEqualTo(Catalog.Entry.NONE);
        assertThat(Catalog.read("a: &a [*a]")).isEqualTo(Catalog.Entry.NONE);
    }

    private static Deployment deployment(long id, Duration before) {
        return new Deployment(
                id,
                id,
                1,
                1,
                Deployment.Kind.JOB,
                DeploymentStatus.SUCCESS,
                "main",
                "a".repeat(40),
                null,
                null,
                new UserId(1),
                null,
                null,
                null,
                List.of(),
                NOW,
                NOW,
                NOW.minus(before));
    }

    private static Incident incident(IncidentOrigin origin, Long suspect) {
        return new Incident(
                1,
                1,
                1,
                1L,
                "production",
                IncidentStatus.TRIGGERED,
                origin,
                null,
                suspect,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                NOW,
                NOW,
                null,
                null,
                null);
    }
}
