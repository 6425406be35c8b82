package dev.tandem.agent;

import dev.tandem.agent.protocol.Said;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends processes, and says how they ended. Ending takes long, so it happens on threads of its own, meanwhile the revision
 * is busy. Used by the loop's thread.
 */
final class Endings {

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final Optional<Processes> processes;
    private final KnownRevisions known;
    private final HealthWatches health;
    private final Set<RevisionId> busy;
    private final Inbox inbox;

    Endings(
            Optional<Processes> processes,
            KnownRevisions known,
            HealthWatches health,
            Set<RevisionId> busy,
            Inbox inbox) {
        this.processes = processes;
        this.known = known;
        this.health = health;
        this.busy = busy;
        this.inbox = inbox;
    }

    /** Sees which processes have ended by themselves. */
    void observe(Instant now) {
        if (processes.isEmpty()) {
            return;
        }
        for (Revision revision : known.list()) {
            for (ProcessRecord process : revision.processes().values()) {
                if (process.runs()
                        && !busy.contains(revision.id())
                        && !processes.get().alive(process)) {
                    seen(revision.id(), process, now);
                }
            }
        }
    }

    private void seen(RevisionId id, ProcessRecord process, Instant now) {
        Revision revision = known.get(id);
        processes.orElseThrow().clear(process);
        boolean rebooted = process.identity()
                .map(identity -> !identity.outermost().bootId().equals(AgentLoop.bootId()))
                .orElse(false);
        Integer code = processes.orElseThrow().exitCode(id, process.type());
        ProcessRecord ended = rebooted ? process.stopped(now) : process.ended(code, now);
        Said why = rebooted ? Said.of("host_restarted") : process.ending(code);
        LOG.info("{}: {}", id, why.text());
        Revision next = revision.with(ended).withMessage(why);
        if (process.type().equals(Procfile.WEB)) {
            health.end(id);
            next = next.on(RevisionEvent.EXITED, why, now);
        }
        known.put(next);
    }

    /** Ends all its processes, first politely, for good. */
    void stop(RevisionId id) {
        Revision revision = known.get(id);
        health.end(id);
        apart("stop " + id, id, () -> politely(revision), () -> {
            Revision ended = known.get(id);
            for (ProcessRecord process : ended.processes().values()) {
                ended = ended.with(process.stopped(null));
            }
            known.put(ended.on(RevisionEvent.ENDED, Said.of("stopped"), Instant.now()));
        });
    }

    /** Ends its web process, first politely; it starts again after a pause. */
    void renew(RevisionId id) {
        Revision revision = known.get(id);
        ProcessRecord web = Objects.requireNonNull(revision.processes().get(Procfile.WEB));
        LOG.warn("{}: started anew, because {}", id, revision.message().text());
        health.end(id);
        apart("renew " + id, id, () -> processes.ifPresent(all -> all.end(web, grace(revision))), () -> {
            Instant now = Instant.now();
            Revision left = known.get(id);
            known.put(left.with(web.ended(exitCode(id, Procfile.WEB), now))
                    .on(RevisionEvent.EXITED, left.message().within("renewed"), now));
        });
    }

    /** Kills all its processes; they start again after a pause. */
    void kill(RevisionId id, Said why) {
        Revision revision = known.get(id);
        LOG.warn("{}: {}", id, why.text());
        health.end(id);
        apart("kill " + id, id, () -> all(revision, Duration.ZERO), () -> {
            Instant now = Instant.now();
            Revision ended = known.get(id);
            for (ProcessRecord process : revision.processes().values()) {
                if (process.runs()) {
                    ended = ended.with(process.ended(exitCode(id, process.type()), now));
                }
            }
            known.put(ended.on(RevisionEvent.EXITED, why, now));
        });
    }

    /** Ends all processes of all revisions and waits until they are gone. */
    void endAll() {
        join(known.list().stream()
                .filter(Revision::runs)
                .map(revision -> Thread.ofVirtual().start(() -> politely(revision)))
                .toList());
        Instant now = Instant.now();
        for (Revision revision : known.list()) {
            Revision ended = revision;
            for (ProcessRecord process : revision.processes().values()) {
                ended = ended.with(process.stopped(now));
            }
            known.put(ended.on(RevisionEvent.EXITED, Said.of("stopped_with_agent"), now));
        }
    }

    private void apart(String name, RevisionId id, Runnable work, Runnable after) {
        busy.add(id);
        Thread.ofVirtual().name(name).start(() -> {
            work.run();
            inbox.add(() -> {
                busy.remove(id);
                after.run();
            });
        });
    }

    private void politely(Revision revision) {
        all(revision, grace(revision));
    }

    private static Duration grace(Revision revision) {
        return Duration.ofSeconds(revision.spec().stopSeconds());
    }

    private void all(Revision revision, Duration grace) {
        processes.ifPresent(all -> join(revision.processes().values().stream()
                .filter(ProcessRecord::runs)
                .map(process -> Thread.ofVirtual().start(() -> all.end(process, grace)))
                .toList()));
    }

    private @Nullable Integer exitCode(RevisionId id, String type) {
        return processes.map(all -> all.exitCode(id, type)).orElse(null);
    }

    private static void join(List<Thread> threads) {
        try {
            for (Thread one : threads) {
                one.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
