package dev.tandem.server.build.causes;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/**
 * The times that five fields of cron name in a time zone: minute, hour, day of month, month, day of week. As cron has it, a day
 * counts when day of month or day of week fits, if both are given. In an hour that a clock skips nothing happens twice or is
 * lost: the time moves to the next one there is.
 */
final class CronTimes {
    private static final int FIELDS = 5;
    private static final int LONGEST = 255;

    private final List<CronExpression> any;
    private final ZoneId zone;

    private CronTimes(List<CronExpression> any, ZoneId zone) {
        this.any = List.copyOf(any);
        this.zone = zone;
    }

    /** What a time zone's name stands for; empty when there is none of this name. */
    static Optional<ZoneId> zone(String name) {
        try {
            return ZoneId.getAvailableZoneIds().contains(name) ? Optional.of(ZoneId.of(name)) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Empty when the text is not cron. */
    static Optional<CronTimes> of(String cron, ZoneId zone) {
        String[] fields = cron.strip().split("\\s+");
        if (fields.length != FIELDS || cron.length() > LONGEST) {
            return Optional.empty();
        }
        boolean eitherDay = !isAny(fields[2]) && !isAny(fields[4]);
        List<String> wanted = eitherDay
                ? List.of(with(fields, fields[2], "*"), with(fields, "*", fields[4]))
                : List.of(with(fields, fields[2], fields[4]));
        List<CronExpression> read = new ArrayList<>();
        for (String each : wanted) {
            CronExpression expression = expression(each);
            if (expression == null) {
                return Optional.empty();
            }
            read.add(expression);
        }
        return Optional.of(new CronTimes(read, zone));
    }

    /** The first time later than {@code moment}; empty when there is none, as for 30 February. */
    Optional<Instant> after(Instant moment) {
        ZonedDateTime from = moment.atZone(zone);
        return any.stream()
                .map(expression -> expression.next(from))
                .filter(Objects::nonNull)
                .map(ZonedDateTime::toInstant)
                .min(Comparator.naturalOrder());
    }

    private static boolean isAny(String field) {
        return field.equals("*") || field.equals("?");
    }

    /** Seconds come first there. */
    private static String with(String[] fields, String dayOfMonth, String dayOfWeek) {
        return String.join(" ", "0", fields[0], fields[1], dayOfMonth, fields[3], dayOfWeek);
    }

    private static @Nullable CronExpression expression(String text) {
        try {
            return CronExpression.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
