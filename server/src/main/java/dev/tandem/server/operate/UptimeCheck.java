package dev.tandem.server.operate;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request that looks from outside whether a service answers, again and again.
 *
 * @param tries so many failures in a row mean down
 * @param since when {@code state} began; null when it was never asked
 * @param last how the last request went; null when there was none
 */
public record UptimeCheck(
        long id,
        long projectId,
        long environmentId,
        Wish wish,
        State state,
        int failures,
        @Nullable Instant since,
        @Nullable Last last) {

    /** How it stands. */
    public enum State {
        UNKNOWN,
        UP,
        DOWN;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State ofWire(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * What is asked and what should come.
     *
     * @param url null for the environment's own address
     * @param path behind the environment's own address; begins with a slash
     * @param expected statuses: {@code 200}, {@code 2xx}, {@code 200,301}
     * @param contains what the first 256 KiB of the body must hold; null for anything
     */
    public record Wish(
            String name,
            @Nullable String url,
            String path,
            Duration interval,
            Duration timeout,
            String expected,
            @Nullable String contains,
            int tries) {}

    /**
     * @param status null when there was no answer
     * @param problem null when all was well; else the message {@code operate.uptime.problem.NAME}
     * @param detail in English; null for nothing to add
     */
    public record Last(
            Instant at,
            @Nullable Integer status,
            long millis,
            @Nullable String problem,
            @Nullable String detail) {}
}
