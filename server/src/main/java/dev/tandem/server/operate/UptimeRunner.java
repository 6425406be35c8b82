package dev.tandem.server.operate;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.http.OutgoingException;
import dev.tandem.server.platform.http.OutgoingHttp;
import dev.tandem.server.platform.http.OutgoingRequest;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the checks that are due. What is due stands in the database, so nothing is forgotten and of two servers one asks; what
 * a change of state leads to is a durable task.
 */
final class UptimeRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UptimeRunner.class);
    private static final int AT_ONCE = 20;
    private static final int MOST_OF_BODY = 256 * 1024;

    private final Database database;
    private final Environments environments;
    private final OutgoingHttp http;
    private final DurableTask<UptimeChange> changed;
    private final Clock clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    UptimeRunner(
            Database database,
            Environments environments,
            OutgoingHttp http,
            DurableTask<UptimeChange> changed,
            Clock clock) {
        this.database = database;
        this.environments = environments;
        this.http = http;
        this.changed = changed;
        this.clock = clock;
    }

    /** Begins all that is due now. */
    void run() {
        Instant now = clock.instant();
        if (!database.read(sql -> new UptimeStore(sql).anyDue(now))) {
            return;
        }
        List<UptimeCheck> due = database.write(tx -> new UptimeStore(tx.sql()).take(now, AT_ONCE));
        due.forEach(check -> threads.execute(() -> runOrTell(check)));
    }

    private void runOrTell(UptimeCheck check) {
        try {
            look(check);
        } catch (RuntimeException e) {
            LOG.error(
                    "uptime check {} failed; it runs again in {}",
                    check.id(),
                    check.wish().interval(),
                    e);
        }
    }

    /** Asks once and keeps what came of it. */
    void look(UptimeCheck check) {
        Optional<Environment> environment = environments.find(check.environmentId());
        if (environment.isEmpty() || environment.get().state() == Environment.State.STOPPED) {
            return;
        }
        UptimeResult result = ask(check, environment.get());
        Instant at = clock.instant();
        database.write(tx -> {
            UptimeStore store = new UptimeStore(tx.sql());
            store.find(check.id()).ifPresent(now -> keep(tx, store, now, environment.get(), result, at));
            return true;
        });
    }

    private void keep(
            Tx tx, UptimeStore store, UptimeCheck check, Environment environment, UptimeResult result, Instant at) {
        int failures = result.well() ? 0 : check.failures() + 1;
        UptimeCheck.State state = result.well()
                ? UptimeCheck.State.UP
                : failures >= check.wish().tries() ? UptimeCheck.State.DOWN : check.state();
        boolean moved = state != check.state();
        Instant since = moved || check.since() == null ? at : check.since();
        store.record(check.id(), result, state, failures, since, at);
        if (moved && environment.tier() == Tier.PRODUCTION) {
            UptimeChange change = new UptimeChange(
                    check.id(),
                    check.environmentId(),
                    check.wish().name(),
                    state == UptimeCheck.State.DOWN,
                    result.detail() == null ? "" : result.detail(),
                    at);
            tx.schedule(changed, change.key(), change, at);
        }
    }

    private UptimeResult ask(UptimeCheck check, Environment environment) {
        long begin = System.nanoTime();
        try {
            Optional<OutgoingRequest> request = request(check, environment);
            if (request.isEmpty()) {
                return UptimeResult.nowhere();
            }
            boolean redirectsWanted = check.wish().expected().contains("3");
            OutgoingRequest asked = request.get().within(check.wish().timeout()).first(MOST_OF_BODY);
            return UptimeResult.of(
                    check.wish(), http.send(redirectsWanted ? asked.withoutRedirects() : asked), millis(begin));
        } catch (OutgoingException e) {
            return UptimeResult.of(e, millis(begin));
        }
    }

    private static long millis(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    private Optional<OutgoingRequest> request(UptimeCheck check, Environment environment) {
        String url = check.wish().url();
        if (url != null) {
            return Optional.of(OutgoingRequest.get(URI.create(url)));
        }
        EnvironmentState state = environments.state(environment);
        if (state.url() == null) {
            return Optional.empty();
        }
        OutgoingRequest request =
                OutgoingRequest.get(URI.create(state.url()).resolve(check.wish().path()));
        // Only the proxy's own address is ours; what a job names as its address is a user's word.
        return Optional.of(environment.externalUrl() == null ? request.toOurOwn() : request);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
