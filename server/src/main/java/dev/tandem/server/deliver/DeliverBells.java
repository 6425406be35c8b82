package dev.tandem.server.deliver;

import dev.tandem.server.platform.Live;
import java.util.Map;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Tells everybody who waits that something changed: agents, progress streams, browsers. Safe for use by many threads. */
final class DeliverBells implements SmartLifecycle {
    private final Bell desired = new Bell();
    private final Bell progress = new Bell();
    private final Live live;
    private volatile boolean stopped;

    DeliverBells(Live live) {
        this.live = live;
    }

    /** Rings when what agents should run changes. */
    Bell desired() {
        return desired;
    }

    /** Rings when a rollout moves. */
    Bell progress() {
        return progress;
    }

    void rolloutMoved(StoredRollout rollout, boolean desiredChanged) {
        if (desiredChanged) {
            desired.ring();
        }
        progress.ring();
        String phase = rollout.rollout().phase().wire();
        deploymentChanged(rollout.deploymentId(), rollout.environmentId(), rollout.projectId(), phase);
    }

    /** The judge looked at newer counts. */
    void judged(StoredRollout rollout) {
        live.publish("deployment/" + rollout.deploymentId(), "judged", Map.of("rollout", rollout.id()));
    }

    void deploymentChanged(long deploymentId, long environmentId, long projectId, String status) {
        Map<String, Object> what = Map.of("deployment", deploymentId, "status", status);
        live.publish("deployment/" + deploymentId, "status", what);
        live.publish("environment/" + environmentId, "status", what);
        live.publish("environments/" + projectId, "status", what);
    }

    @Override
    public void start() {}

    /** Lets all go who wait, once no new requests are taken: the server's stop would wait for them. */
    @Override
    public void stop() {
        desired.silence();
        progress.silence();
        stopped = true;
    }

    @Override
    public boolean isRunning() {
        return !stopped;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
    }
}
