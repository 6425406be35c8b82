package dev.tandem.server.operate;

import dev.tandem.server.platform.http.OutgoingException;
import dev.tandem.server.platform.http.OutgoingResponse;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How one request of a check went.
 *
 * @param problem null when all was well
 */
record UptimeResult(
        @Nullable Integer status,
        long millis,
        @Nullable String problem,
        @Nullable String detail) {
    static final String STATUS = "status";
    static final String BODY = "body";
    static final String NOWHERE = "nowhere";

    static UptimeResult of(UptimeCheck.Wish wish, OutgoingResponse response, long millis) {
        if (!expects(wish.expected(), response.status())) {
            return new UptimeResult(
                    response.status(),
                    millis,
                    STATUS,
                    "It answered " + response.status() + " instead of " + wish.expected() + ".");
        }
        String contains = wish.contains();
        if (contains != null && !response.text().contains(contains)) {
            return new UptimeResult(
                    response.status(), millis, BODY, "The answer does not contain \"" + contains + "\".");
        }
        return new UptimeResult(response.status(), millis, null, null);
    }

    static UptimeResult of(OutgoingException e, long millis) {
        return new UptimeResult(null, millis, e.why().wire(), e.getMessage());
    }

    /** The environment has no address. */
    static UptimeResult nowhere() {
        return new UptimeResult(null, 0, NOWHERE, "Nothing is deployed there, so it has no address.");
    }

    boolean well() {
        return problem == null;
    }

    /** {@code 200}, {@code 2xx}, or several with commas. */
    static boolean expects(String expected, int status) {
        String digits = Integer.toString(status);
        return Arrays.stream(expected.split(","))
                .map(one -> one.strip().toLowerCase(Locale.ROOT))
                .anyMatch(one -> one.equals(digits) || (one.endsWith("xx") && one.charAt(0) == digits.charAt(0)));
    }

    static boolean isExpectation(String text) {
        return text.matches("(?i)[1-5]([0-9][0-9]|xx)(\\s*,\\s*[1-5]([0-9][0-9]|xx)){0,9}");
    }
}
