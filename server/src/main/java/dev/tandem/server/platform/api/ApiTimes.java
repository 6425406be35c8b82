package dev.tandem.server.platform.api;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as clients want them: UTC with exactly three fraction digits; days without a time. */
public final class ApiTimes {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private ApiTimes() {}

    /** {@code 2026-11-20T09:15:30.000Z} */
    public static String format(Instant time) {
        return TIME.format(time);
    }

    /** {@code 2026-11-20}, the day in UTC. */
    public static String day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC).toString();
    }
}
