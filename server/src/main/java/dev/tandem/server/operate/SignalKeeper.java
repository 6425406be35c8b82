package dev.tandem.server.operate;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.ReportListener;
import dev.tandem.server.deliver.SignalSeries;
import dev.tandem.server.deliver.Signals;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Live;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps the golden signals: in memory what is being counted, in the database what {@link #store} wrote. One transaction holds
 * all revisions, so that its cost does not grow with the requests. Safe for use by many threads.
 */
final class SignalKeeper implements Signals, ReportListener, SmartLifecycle {
    private static final byte[] NOTHING = {};

    private final Database database;
    private final Environments environments;
    private final Live live;
    private final Clock clock;
    private volatile boolean running;
    /** Guards what is in memory. Nothing slow happens under it. */
    private final Object memory = new Object();

    private final Map<Long, TrafficMeter> meters = new HashMap<>();
    private final Map<Place, List<SignalChunk>> chunks = new HashMap<>();
    /** Readers must not see a chunk both in memory and, half of it, in its row. */
    private final ReadWriteLock storing = new ReentrantReadWriteLock();

    SignalKeeper(Database database, Environments environments, Live live, Clock clock) {
        this.database = database;
        this.environments = environments;
        this.live = live;
        this.clock = clock;
    }

    private record Place(long agentId, String service, String revision) {}

    /** A chunk as it was when it was taken. */
    private record Taken(long environmentId, String revision, SignalChunk chunk, byte[] points) {}

    @Override
    public void heard(long agentId, AgentReport report, Instant at) {
        synchronized (memory) {
            TrafficMeter meter = meters.computeIfAbsent(agentId, id -> new TrafficMeter());
            for (TrafficMeter.Added added : meter.take(report, at)) {
                Place place = new Place(agentId, added.service(), added.revision());
                for (Resolution resolution : Resolution.values()) {
                    chunk(place, resolution, resolution.chunk(at)).add(at, added);
                }
            }
        }
    }

    private SignalChunk chunk(Place place, Resolution resolution, Instant start) {
        List<SignalChunk> known = chunks.computeIfAbsent(place, key -> new ArrayList<>());
        for (SignalChunk chunk : known) {
            if (chunk.resolution() == resolution && chunk.start().equals(start)) {
                return chunk;
            }
        }
        SignalChunk fresh = new SignalChunk(resolution, start);
        known.add(fresh);
        return fresh;
    }

    /** Writes what had requests since the last time, and all that is over. */
    void store() {
        store(true);
    }

    @Override
    public void start() {
        running = true;
    }

    /** Writes all that is in memory; once the server and the agent in it have ended, and while the database is open. */
    @Override
    public void stop() {
        running = false;
        store(false);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return 0;
    }

    private void store(boolean soon) {
        storing.writeLock().lock();
        try {
            Instant now = clock.instant();
            List<Taken> taken = take(services(), now, soon);
            if (!taken.isEmpty()) {
                write(taken);
                taken.stream()
                        .map(Taken::environmentId)
                        .distinct()
                        .forEach(id -> live.publish("signals/" + id, "signals", Map.of()));
            }
            forget(now);
        } finally {
            storing.writeLock().unlock();
        }
    }

    /** Environments by agent and service: an agent speaks for its own only. */
    private Map<Long, Map<String, Long>> services() {
        List<Long> agents;
        synchronized (memory) {
            agents = List.copyOf(meters.keySet());
        }
        return agents.stream()
                .collect(Collectors.toMap(
                        id -> id,
                        id -> environments.ofAgent(id).stream()
                                .collect(Collectors.toMap(Environment::serviceKey, Environment::id))));
    }

    private List<Taken> take(Map<Long, Map<String, Long>> services, Instant now, boolean soon) {
        List<Taken> taken = new ArrayList<>();
        synchronized (memory) {
            chunks.forEach((place, known) -> {
                @Nullable
                Long environment =
                        services.getOrDefault(place.agentId(), Map.of()).get(place.service());
                for (SignalChunk chunk : known) {
                    if (chunk.isDue(soon && !isOver(chunk, now))) {
                        chunk.taken();
                        if (environment != null) {
                            taken.add(new Taken(environment, place.revision(), chunk, chunk.bytes()));
                        }
                    }
                }
            });
        }
        return taken;
    }

    private static boolean isOver(SignalChunk chunk, Instant now) {
        return chunk.start().isBefore(chunk.resolution().chunk(now));
    }

    private void write(List<Taken> taken) {
        Map<SignalChunk, byte[]> earlier = new HashMap<>();
        try {
            database.write(tx -> {
                SignalStore store = new SignalStore(tx.sql());
                for (Taken one : taken) {
                    put(store, one, earlier);
                }
                return true;
            });
        } catch (RuntimeException e) {
            synchronized (memory) {
                taken.forEach(one -> one.chunk().again());
            }
            throw e;
        }
        synchronized (memory) {
            earlier.forEach(SignalChunk::complete);
        }
    }

    private static void put(SignalStore store, Taken one, Map<SignalChunk, byte[]> earlier) {
        SignalChunk chunk = one.chunk();
        byte[] points = one.points();
        if (!chunk.isWhole()) {
            byte[] before = store.find(one.environmentId(), chunk.resolution(), one.revision(), chunk.start())
                    .orElse(NOTHING);
            earlier.put(chunk, before);
            points = joined(before, points);
        }
        store.put(one.environmentId(), chunk.resolution(), new SignalStore.Row(one.revision(), chunk.start(), points));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private void forget(Instant now) {
        synchronized (memory) {
            chunks.values().forEach(known -> known.removeIf(chunk -> isOver(chunk, now) && !chunk.isDue(false)));
            chunks.values().removeIf(List::isEmpty);
        }
    }

    /** Removes what is older than it is kept. */
    void sweep() {
        Instant now = clock.instant();
        database.write(tx -> {
            SignalStore store = new SignalStore(tx.sql());
            int removed = 0;
            for (Resolution resolution : Resolution.values()) {
                removed += store.remove(resolution, resolution.oldest(now));
            }
            return removed;
        });
    }

    @Override
    public List<SignalSeries> read(long environmentId, Instant from, Instant to, Duration step) {
        Resolution resolution = Resolution.of(step);
        SignalReading reading = new SignalReading(resolution, from, to, step);
        storing.readLock().lock();
        try {
            List<SignalStore.Row> rows = database.read(
                    sql -> new SignalStore(sql).list(environmentId, resolution, resolution.chunk(from), to));
            environments.find(environmentId).ifPresent(environment -> readMemory(environment, reading));
            rows.forEach(reading::add);
        } finally {
            storing.readLock().unlock();
        }
        return reading.series();
    }

    private void readMemory(Environment environment, SignalReading reading) {
        Long agent = environment.agentId();
        if (agent == null) {
            return;
        }
        synchronized (memory) {
            chunks.forEach((place, known) -> {
                if (place.agentId() == agent && place.service().equals(environment.serviceKey())) {
                    known.forEach(chunk -> reading.add(place.revision(), chunk));
                }
            });
        }
    }
}
