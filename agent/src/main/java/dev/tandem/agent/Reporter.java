package dev.tandem.agent;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.agent.protocol.StepTraffic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the server what is: at once when something changed, each second while there is traffic, else now and then. */
final class Reporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final ServerLink server;
    private final AgentLoop loop;
    private final ProxyKeeper proxy;
    private final String version;
    private final Semaphore news = new Semaphore(1);
    private final Thread thread;
    private List<RevisionTraffic> lastTraffic = List.of();
    private Instant lastSent = Instant.EPOCH;
    private String lastProblem = "";
    private volatile boolean closed;

    Reporter(ServerLink server, AgentLoop loop, ProxyKeeper proxy) {
        this.server = server;
        this.loop = loop;
        this.proxy = proxy;
        String implementation = Reporter.class.getPackage().getImplementationVersion();
        this.version = implementation == null ? "development" : implementation;
        this.thread = Thread.ofVirtual().name("agent-reporter").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void changed() {
        news.release();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!closed) {
                boolean changed = news.tryAcquire(BEAT.toMillis(), TimeUnit.MILLISECONDS);
                news.drainPermits();
                AgentReport report = report();
                boolean traffic = !report.traffic().equals(lastTraffic);
                // A judge that hears nothing for some seconds cannot measure.
                traffic |= report.steps() != null && !report.steps().isEmpty();
                boolean due = Duration.between(lastSent, report.at()).compareTo(HEARTBEAT) >= 0;
                if (changed || traffic || due) {
                    send(report);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(AgentReport report) throws InterruptedException {
        try {
            server.report(report);
            lastSent = report.at();
            lastTraffic = report.traffic();
            if (!lastProblem.isEmpty()) {
                LOG.info("The server hears this agent again");
                lastProblem = "";
            }
            loop.heard(loop.snapshot().gone().stream()
                    .filter(report.revisions()::contains)
                    .toList());
        } catch (IOException e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(lastProblem)) {
                LOG.warn("The server cannot be told: {}", problem);
                lastProblem = problem;
            }
            Thread.sleep(BEAT);
            news.release();
        }
    }

    private AgentReport report() {
        AgentLoop.Snapshot snapshot = loop.snapshot();
        ProxyKeeper.View view = proxy.view();
        List<RevisionStatus> statuses = new ArrayList<>(snapshot.gone());
        snapshot.revisions().forEach(revision -> statuses.add(loop.status(revision)));
        return new AgentReport(
                version,
                AgentLoop.bootId(),
                Instant.now(),
                snapshot.version(),
                statuses,
                traffic(view.status()),
                view.weights(),
                proxy.report(),
                steps(view.status()),
                loop.probed());
    }

    private static List<StepTraffic> steps(ProxyLink.@Nullable Status status) {
        if (status == null || status.steps() == null) {
            return List.of();
        }
        return status.steps().stream()
                .map(step -> new StepTraffic(
                        step.service(),
                        step.stepId(),
                        step.revision(),
                        status.epoch(),
                        step.requests(),
                        step.errors(),
                        step.judgedForLatency(),
                        step.overLimit(),
                        step.errorEvents(),
                        step.slowEvents()))
                .toList();
    }

    private static List<RevisionTraffic> traffic(ProxyLink.@Nullable Status status) {
        if (status == null) {
            return List.of();
        }
        return status.revisions().stream()
                .map(counters -> new RevisionTraffic(
                        counters.service(),
                        counters.revision(),
                        status.epoch(),
                        counters.requests(),
                        counters.answered5xx(),
                        counters.failed(),
                        counters.latencyBuckets()))
                .sorted(java.util.Comparator.comparing(RevisionTraffic::service)
                        .thenComparing(RevisionTraffic::revision))
                .toList();
    }
}
