package dev.tandem.server.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes guessing slow: after a few wrong attempts on an account or from an address, each further one has to wait longer.
 * Kept in memory, bounded; a restart forgets it, which gives a guesser a handful of attempts. Safe for use by many threads.
 */
final class Throttle {
    /** An account's pause is short: otherwise strangers could keep its owner out. */
    private static final Limit ACCOUNT = new Limit(5, Duration.ofMinutes(1));

    /** Many people may share an address, so it has more attempts and then a longer pause. */
    private static final Limit ADDRESS = new Limit(20, Duration.ofMinutes(15));

    /** Quiet for so long, and it is forgotten. */
    private static final Duration MEMORY = Duration.ofHours(1);

    private static final int MOST_ENTRIES = 10_000;

    private record Limit(int free, Duration longest) {}

    private record Attempts(int count, Instant last) {}

    /** Only who knows the password gets to guess codes, so nobody else keeps the owner out: the pause may grow. */
    private static final Limit CODES = new Limit(5, Duration.ofMinutes(15));

    private final Clock clock;
    private final Limit accountLimit;
    private final Map<String, Attempts> attempts = new Bounded();

    private Throttle(Clock clock, Limit accountLimit) {
        this.clock = clock;
        this.accountLimit = accountLimit;
    }

    /** For passwords. */
    Throttle(Clock clock) {
        this(clock, ACCOUNT);
    }

    /** For one-time codes, of which a million exist. */
    static Throttle ofCodes(Clock clock) {
        return new Throttle(clock, CODES);
    }

    /**
     * To be asked before each attempt, which counts as wrong until {@link #succeeded}; so attempts at the same moment
     * cannot slip past.
     *
     * @return how long to wait; empty when this attempt may go ahead
     */
    synchronized Optional<Duration> attempt(@Nullable String account, String address) {
        Instant now = clock.instant();
        Duration accountPause = account == null ? Duration.ZERO : pause(account(account), accountLimit, now);
        Duration addressPause = pause(address(address), ADDRESS, now);
        Duration longer = accountPause.compareTo(addressPause) > 0 ? accountPause : addressPause;
        if (longer.isPositive()) {
            return Optional.of(longer);
        }
        if (account != null) {
            count(account(account), now);
        }
        count(address(address), now);
        return Optional.empty();
    }

    /** The attempt was right: the account starts anew, and the address gets this one back. */
    synchronized void succeeded(@Nullable String account, String address) {
        if (account != null) {
            attempts.remove(account(account));
        }
        attempts.computeIfPresent(
                address(address),
                (key, past) -> past.count() <= 1 ? null : new Attempts(past.count() - 1, past.last()));
    }

    private void count(String key, Instant now) {
        attempts.put(key, new Attempts(remembered(key, now) + 1, now));
    }

    private int remembered(String key, Instant now) {
        Attempts past = attempts.get(key);
        return past == null || past.last().plus(MEMORY).isBefore(now) ? 0 : past.count();
    }

    private Duration pause(String key, Limit limit, Instant now) {
        Attempts past = attempts.get(key);
        int over = remembered(key, now) - limit.free();
        if (past == null || over < 0) {
            return Duration.ZERO;
        }
        Duration growing = Duration.ofSeconds(1L << Math.min(over, 20));
        Duration pause = growing.compareTo(limit.longest()) < 0 ? growing : limit.longest();
        Duration left = Duration.between(now, past.last().plus(pause));
        return left.isPositive() ? left : Duration.ZERO;
    }

    private static String account(String name) {
        return "account " + UserStore.key(name.length() <= 255 ? name : name.substring(0, 255));
    }

    private static String address(String address) {
        return "address " + address;
    }

    /** Forgets what was touched longest ago. */
    private static final class Bounded extends LinkedHashMap<String, Attempts> {
        private static final long serialVersionUID = 1;

        Bounded() {
            super(64, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempts> eldest) {
            return size() > MOST_ENTRIES;
        }
    }
}
