package dev.tandem.agent;

import dev.tandem.agent.protocol.Said;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets the bundles of revisions, each on a thread of its own, as often as it takes. Used by the loop's thread. */
final class Fetches {

    private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Folders folders;
    private final Bundles bundles;
    private final KnownRevisions known;
    private final Set<RevisionId> busy;
    private final Inbox inbox;
    private final Map<RevisionId, Integer> failures = new HashMap<>();

    Fetches(Folders folders, Bundles bundles, KnownRevisions known, Set<RevisionId> busy, Inbox inbox) {
        this.folders = folders;
        this.bundles = bundles;
        this.known = known;
        this.busy = busy;
        this.inbox = inbox;
    }

    void begin(Revision revision) {
        RevisionId id = revision.id();
        try {
            Folders.make(folders.revision(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        known.put(revision);
        busy.add(id);
        Thread.ofVirtual().name("fetch " + id).start(() -> {
            Runnable outcome = fetched(revision);
            inbox.add(() -> {
                busy.remove(id);
                outcome.run();
            });
        });
    }

    void forget(RevisionId id) {
        failures.remove(id);
    }

    private Runnable fetched(Revision revision) {
        RevisionId id = revision.id();
        try {
            Procfile procfile = bundles.fetch(revision);
            return () -> {
                Instant now = Instant.now();
                Revision next = known.get(id);
                for (String type : procfile.commands().keySet()) {
                    next = next.with(ProcessRecord.due(type, now));
                }
                known.put(next.on(RevisionEvent.FETCHED, Said.of("waiting"), now));
            };
        } catch (Procfile.Refused e) {
            return () -> known.tell(id, RevisionEvent.REFUSED, Reason.of(e));
        } catch (IOException e) {
            return () -> later(id, Said.of("fetch_failed", e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return () -> {};
        }
    }

    private void later(RevisionId id, Said why) {
        int row = failures.merge(id, 1, Integer::sum);
        LOG.warn("{}: {}", id, why.text());
        known.put(known.get(id).withMessage(why));
        busy.add(id);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(row - 1, 6));
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            inbox.add(() -> busy.remove(id));
        });
    }
}
