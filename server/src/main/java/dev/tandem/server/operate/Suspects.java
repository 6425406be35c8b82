package dev.tandem.server.operate;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.operate.Suspect.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ranks what may have caused an incident, purely: what failed itself, then what was changed last, here or below. */
final class Suspects {
    /** What was changed longer ago than this is not named only for having been changed. */
    static final Duration WINDOW = Duration.ofHours(24);

    private static final int MOST = 8;

    private static final List<Reason> ORDER = List.of(
            Reason.FAILED,
            Reason.TAKEN_BACK,
            Reason.NAMED,
            Reason.SERVES_NEW,
            Reason.BEFORE,
            Reason.DEPENDENCY,
            Reason.SERVES);

    private static final Comparator<Suspect> LIKELIEST = Comparator.<Suspect>comparingInt(
                    suspect -> ORDER.indexOf(suspect.reason()))
            .thenComparing(Comparator.comparingLong(Suspect::deploymentId).reversed());

    private Suspects() {}

    /**
     * What is known when something is seen.
     *
     * @param failed what failed or was taken back, with {@code reason}; null when nothing did
     * @param why of the failure: in English, then, where there is one, the message's code and arguments
     * @param serving what served; null when nothing did
     * @param here deployments of the environment that succeeded
     * @param below deployments of what the service depends on
     */
    record Facts(
            Instant at,
            @Nullable Deployment failed,
            Reason reason,
            List<String> why,
            @Nullable Deployment serving,
            List<Deployment> here,
            List<Below> below) {}

    /** A deployment of a dependency, with the name of its project. */
    record Below(String name, Deployment deployment) {}

    static List<Suspect> rank(Facts facts) {
        List<Suspect> all = new ArrayList<>();
        Deployment failed = facts.failed();
        if (failed != null) {
            all.add(suspect(failed, facts.reason(), facts.why()));
        }
        Deployment serving = facts.serving();
        if (serving != null && failed == null) {
            Long minutes = minutesBefore(serving, facts.at());
            all.add(
                    minutes == null
                            ? suspect(serving, Reason.SERVES, List.of())
                            : suspect(serving, Reason.SERVES_NEW, List.of(Long.toString(minutes))));
        }
        for (Deployment deployment : facts.here()) {
            Long minutes = minutesBefore(deployment, facts.at());
            if (minutes != null) {
                all.add(suspect(deployment, Reason.BEFORE, List.of(Long.toString(minutes))));
            }
        }
        for (Below below : facts.below()) {
            Long minutes = minutesBefore(below.deployment(), facts.at());
            if (minutes != null) {
                all.add(suspect(below.deployment(), Reason.DEPENDENCY, List.of(below.name(), Long.toString(minutes))));
            }
        }
        return merge(all, List.of());
    }

    /** One entry per deployment, with its strongest reason; the likeliest first, numbered from 1. */
    static List<Suspect> merge(List<Suspect> fresh, List<Suspect> known) {
        Map<Long, Suspect> best = new LinkedHashMap<>();
        List<Suspect> all = new ArrayList<>(fresh);
        all.addAll(known);
        all.sort(LIKELIEST);
        all.forEach(suspect -> best.putIfAbsent(suspect.deploymentId(), suspect));
        List<Suspect> placed = new ArrayList<>();
        for (Suspect suspect : best.values()) {
            if (placed.size() < MOST) {
                placed.add(new Suspect(
                        suspect.deploymentId(),
                        suspect.projectId(),
                        placed.size() + 1,
                        suspect.reason(),
                        suspect.arguments()));
            }
        }
        return placed;
    }

    private static Suspect suspect(Deployment deployment, Reason reason, List<String> arguments) {
        return new Suspect(deployment.id(), deployment.projectId(), 0, reason, arguments);
    }

    /** Null when it was not brought there within the window before {@code at}. */
    private static @Nullable Long minutesBefore(Deployment deployment, Instant at) {
        Instant finished = deployment.finishedAt();
        if (finished == null || finished.isAfter(at) || finished.isBefore(at.minus(WINDOW))) {
            return null;
        }
        return Duration.between(finished, at).toMinutes();
    }
}
