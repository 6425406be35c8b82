package dev.tandem.server.operate;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The uptime checks of projects. Safe for use by many threads. */
@Component
public final class UptimeChecks {
    private static final int MOST = 50;
    private static final int LONGEST = 1000;
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(60);
    private static final int MOST_TRIES = 10;

    private final Database database;
    private final Audit audit;
    private final Clock clock;

    UptimeChecks(Database database, Audit audit, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    /** Either the check or why there is none, as a name of a message {@code operate.uptime.refused.NAME}. */
    public record Answer(
            @Nullable UptimeCheck check, @Nullable Refusal refusal) {}

    public enum Refusal {
        NAME("A name has 1 to 100 characters, and no other check of the environment has it."),
        URL("url must be an http or https address without user and password."),
        PATH("path begins with / and is part of an address."),
        INTERVAL("interval is 10 seconds to a day."),
        TIMEOUT("timeout is 1 to 60 seconds and not longer than the interval."),
        EXPECTED("expected_status is a status such as 200, a class such as 2xx, or up to ten of them with commas."),
        CONTAINS("body_contains has at most 1000 characters."),
        TRIES("tries is 1 to 10."),
        MOST("A project has at most 50 checks.");

        private final String sentence;

        Refusal(String sentence) {
            this.sentence = sentence;
        }

        public String sentence() {
            return sentence;
        }

        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public List<UptimeCheck> list(long projectId) {
        return database.read(sql -> new UptimeStore(sql).list(projectId));
    }

    /** The environment must be one of the project. It is asked for the first time at once. */
    public Answer create(ProjectFacts project, Actor actor, Environment environment, UptimeCheck.Wish wish) {
        Refusal problem = problem(wish);
        if (problem != null) {
            return new Answer(null, problem);
        }
        return database.write(tx -> {
            UptimeStore store = new UptimeStore(tx.sql());
            if (store.exists(environment.id(), wish.name())) {
                return new Answer(null, Refusal.NAME);
            }
            if (store.count(project.id()) >= MOST) {
                return new Answer(null, Refusal.MOST);
            }
            audit.record(tx, actor, "uptime-check.create", project.fullPath(), wish.name());
            return new Answer(store.insert(project.id(), environment.id(), wish, clock.instant()), null);
        });
    }

    /** @return whether it was there */
    public boolean delete(ProjectFacts project, Actor actor, long id) {
        return database.write(tx -> {
            boolean gone = new UptimeStore(tx.sql()).delete(project.id(), id);
            if (gone) {
                audit.record(tx, actor, "uptime-check.delete", project.fullPath(), Long.toString(id));
            }
            return gone;
        });
    }

    private static @Nullable Refusal problem(UptimeCheck.Wish wish) {
        String contains = wish.contains();
        if (wish.name().isBlank() || wish.name().length() > 100) {
            return Refusal.NAME;
        }
        if (wish.url() != null && !isAddress(wish.url())) {
            return Refusal.URL;
        }
        if (!wish.path().startsWith("/") || !isAddress("http://x" + wish.path())) {
            return Refusal.PATH;
        }
        if (outside(wish.interval(), SHORTEST_INTERVAL, LONGEST_INTERVAL)) {
            return Refusal.INTERVAL;
        }
        if (outside(wish.timeout(), Duration.ofSeconds(1), LONGEST_TIMEOUT)
                || wish.timeout().compareTo(wish.interval()) > 0) {
            return Refusal.TIMEOUT;
        }
        if (!UptimeResult.isExpectation(wish.expected()) || wish.expected().length() > 60) {
            return Refusal.EXPECTED;
        }
        if (contains != null && (contains.isEmpty() || contains.length() > LONGEST)) {
            return Refusal.CONTAINS;
        }
        return wish.tries() < 1 || wish.tries() > MOST_TRIES ? Refusal.TRIES : null;
    }

    private static boolean outside(Duration value, Duration from, Duration to) {
        return value.compareTo(from) < 0 || value.compareTo(to) > 0;
    }

    private static boolean isAddress(String text) {
        try {
            URI uri = new URI(text);
            return text.length() <= LONGEST
                    && List.of("http", "https").contains(String.valueOf(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
