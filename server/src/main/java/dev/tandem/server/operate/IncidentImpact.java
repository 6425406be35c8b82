package dev.tandem.server.operate;

import dev.tandem.server.deliver.SignalSeries;
import dev.tandem.server.deliver.Signals;
import dev.tandem.server.deliver.Tally;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells what users saw of incidents, from the golden signals. Safe for use by many threads. */
@Component
public final class IncidentImpact {
    private static final Duration USUAL = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Signals signals;
    private final Clock clock;

    IncidentImpact(Signals signals, Clock clock) {
        this.signals = signals;
        this.clock = clock;
    }

    /** Empty when users could not notice, and when nothing was counted, or not kept so long. */
    public Optional<UsersSaw> of(Incident incident) {
        Instant now = clock.instant();
        Instant begin = begin(incident);
        Long environment = incident.environmentId();
        if (begin == null || environment == null || begin.isBefore(now.minus(Signals.MINUTES_KEPT))) {
            return Optional.empty();
        }
        boolean fresh = begin.isAfter(now.minus(Signals.SECONDS_KEPT));
        ChronoUnit unit = fresh ? ChronoUnit.SECONDS : ChronoUnit.MINUTES;
        Instant from = begin.truncatedTo(unit);
        Instant to = end(incident, now).truncatedTo(unit).plus(1, unit);
        List<SignalSeries> during = signals.read(environment, from, to, fresh ? SECOND : Signals.MINUTE);
        return during.isEmpty() ? Optional.empty() : Optional.of(saw(environment, from, to, total(during)));
    }

    private UsersSaw saw(long environment, Instant from, Instant to, Tally during) {
        Instant before = from.truncatedTo(ChronoUnit.MINUTES);
        OptionalInt slow = total(signals.read(environment, before.minus(USUAL), before, Signals.MINUTE))
                .slowMillis();
        return new UsersSaw(
                from,
                to,
                during.requests(),
                during.errors(),
                slow.isEmpty() ? null : slow.getAsInt(),
                slow.isEmpty() ? 0 : during.slowerThan(slow.getAsInt()));
    }

    /** What was never hurt was not noticed; what is not well yet, from the moment that somebody said so. */
    private static @Nullable Instant begin(Incident incident) {
        return incident.impactAt() == null && !incident.recovered() ? incident.openedAt() : incident.impactAt();
    }

    private static Instant end(Incident incident, Instant now) {
        if (incident.recoveredAt() != null) {
            return incident.recoveredAt();
        }
        return incident.resolvedAt() == null ? now : incident.resolvedAt();
    }

    private static Tally total(List<SignalSeries> series) {
        return series.stream().map(SignalSeries::total).reduce(Tally.NONE, Tally::plus);
    }
}
