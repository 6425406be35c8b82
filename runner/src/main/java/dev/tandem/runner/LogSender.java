package dev.tandem.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a job's log to the coordinator while the job runs, says "still here" when there is nothing to carry, and
 * passes on what the coordinator wants. Runs in a thread of its own; what it needs from others goes through {@link
 * JobLog} and {@link JobControl}.
 */
final class LogSender {
    private static final Logger LOG = LoggerFactory.getLogger(LogSender.class);
    private static final int MAX_CHUNK = 1 << 20;
    private static final int FINAL_ATTEMPTS = 10;
    private static final Duration FIRST_FINAL_PAUSE = Duration.ofSeconds(1);
    private static final Duration TROUBLE_PAUSE = Duration.ofSeconds(1);
    private static final Duration ASK_AGAIN_PAUSE = Duration.ofSeconds(1);
    private static final Duration SHORTEST_HEARTBEAT = Duration.ofSeconds(3);
    private static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(30);

    private final Coordinator coordinator;
    private final JobPayload job;
    private final JobLog log;
    private final JobControl control;
    private final boolean debug;
    private final SendPace pace = new SendPace();
    private final AtomicBoolean refused = new AtomicBoolean();
    private long sent;
    private long lastContact = System.nanoTime();

    LogSender(Coordinator coordinator, JobPayload job, JobLog log, JobControl control, boolean debug) {
        this.coordinator = coordinator;
        this.job = job;
        this.log = log;
        this.control = control;
        this.debug = debug;
    }

    /** Sends until the log ended; {@link #finish} does the rest. */
    void run() {
        try {
            while (!log.ended() && !refused.get()) {
                log.awaitMore(sent, untilHeartbeat());
                if (log.ended()) {
                    return;
                }
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Obeys an answer that came on another way, the acknowledgement's. */
    void heed(Answer answer) {
        answer.updateInterval().ifPresent(pace::obey);
        switch (answer.wish()) {
            case KILL -> kill();
            case CANCEL -> control.stop(JobControl.Cause.CANCELED);
            case CARRY_ON -> {}
        }
    }

    /**
     * Sends the rest of the ended log and reports the result, for up to about nine minutes. Called once, after {@link
     * #run} returned.
     */
    void finish(JobResult result) throws InterruptedException {
        var pause = FIRST_FINAL_PAUSE;
        for (var attempt = 1; attempt <= FINAL_ATTEMPTS && !refused.get(); attempt++) {
            if (reported(result)) {
                return;
            }
            if (attempt < FINAL_ATTEMPTS && !refused.get()) {
                Thread.sleep(pause);
                pause = pause.multipliedBy(2);
            }
        }
        if (!refused.get()) {
            LOG.error("job {}: its result could not be reported and is lost", job.id());
        }
    }

    private void tick() throws InterruptedException {
        try {
            if (log.state().size() > sent) {
                log.awaitEnd(pace.untilNext());
                if (!log.ended()) {
                    pace.sending();
                    sendChunk();
                }
            } else if (untilHeartbeat().isZero()) {
                heartbeat();
            }
        } catch (IOException e) {
            LOG.warn("job {}: the coordinator cannot be reached: {}", job.id(), e.toString());
            log.awaitEnd(TROUBLE_PAUSE);
        }
    }

    private void heartbeat() throws IOException, InterruptedException {
        var answer = coordinator.running(job, log.state());
        heed(answer);
        if (answer.status() == 404) {
            kill();
        }
        // Whatever it was, the next one has its own time.
        lastContact = System.nanoTime();
    }

    /** Whether the coordinator took the chunk, or said from where it wants more. */
    private boolean sendChunk() throws IOException, InterruptedException {
        var bytes = log.read(sent, MAX_CHUNK);
        if (bytes.length == 0) {
            return true;
        }
        var answer = coordinator.appendLog(job, sent, bytes, debug);
        heed(answer);
        switch (answer.status()) {
            case 202 -> {
                sent += bytes.length;
                lastContact = System.nanoTime();
                return true;
            }
            case 416 -> {
                sent = Math.min(answer.storedBytes(), log.state().size());
                return true;
            }
            default -> {
                log.awaitEnd(TROUBLE_PAUSE);
                return false;
            }
        }
    }

    /** One try of the end: all of the log, then the result. */
    private boolean reported(JobResult result) throws InterruptedException {
        try {
            if (!drained()) {
                return false;
            }
            var answer = coordinator.finished(job, result, log.state());
            // A coordinator that is not yet done asks to be asked again; one that misses bytes wants all of them.
            while ((answer.status() == 202 || answer.status() == 412) && answer.wish() != Answer.Wish.KILL) {
                if (answer.status() == 412) {
                    sent = 0;
                }
                Thread.sleep(ASK_AGAIN_PAUSE);
                if (!drained()) {
                    return false;
                }
                answer = coordinator.finished(job, result, log.state());
            }
            if (answer.wish() == Answer.Wish.KILL || answer.status() == 404) {
                refused.set(true);
            }
            return answer.status() == 200;
        } catch (IOException e) {
            LOG.warn("job {}: its end could not be reported: {}", job.id(), e.toString());
            return false;
        }
    }

    private boolean drained() throws IOException, InterruptedException {
        while (sent < log.state().size() && !refused.get()) {
            var before = sent;
            var answer = coordinator.appendLog(job, sent, log.read(sent, MAX_CHUNK), debug);
            if (answer.wish() == Answer.Wish.KILL) {
                refused.set(true);
            } else if (answer.status() == 202) {
                sent += Math.min(MAX_CHUNK, log.state().size() - sent);
            } else if (answer.status() == 404) {
                return true;
            } else if (answer.status() == 416 && answer.storedBytes() != before) {
                sent = Math.min(answer.storedBytes(), log.state().size());
            } else {
                return false;
            }
        }
        return !refused.get();
    }

    private void kill() {
        refused.set(true);
        control.stop(JobControl.Cause.KILLED);
    }

    private Duration untilHeartbeat() {
        var period = pace.interval().orElse(SHORTEST_HEARTBEAT);
        if (period.compareTo(SHORTEST_HEARTBEAT) < 0) {
            period = SHORTEST_HEARTBEAT;
        }
        if (period.compareTo(LONGEST_HEARTBEAT) > 0) {
            period = LONGEST_HEARTBEAT;
        }
        var left = period.toNanos() - (System.nanoTime() - lastContact);
        return Duration.ofNanos(Math.max(0, left));
    }
}
