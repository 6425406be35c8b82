package dev.tandem.e2e;

import dev.tandem.cli.drive.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a service again and again and remembers when it did not answer, to set that against what was dead then. */
final class Availability implements AutoCloseable {
    private static final long PAUSE_MILLIS = 50;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Miss> misses = new ArrayList<>();
    private final Thread thread;
    private long asked;

    /** One request without an answer; times are {@link System#nanoTime()}. */
    record Miss(long from, long to, String why) {}

    private Availability(Service service) {
        this.thread = Thread.ofPlatform().name("availability").unstarted(() -> run(service));
    }

    static Availability of(Service service) {
        Availability availability = new Availability(service);
        availability.thread.start();
        return availability;
    }

    synchronized List<Miss> misses() {
        return List.copyOf(misses);
    }

    synchronized long asked() {
        return asked;
    }

    private void run(Service service) {
        try {
            while (!stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                askOnce(service);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void askOnce(Service service) throws InterruptedException {
        long from = System.nanoTime();
        String why = null;
        try {
            service.ask();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            why = e.toString();
        }
        synchronized (this) {
            asked++;
            if (why != null) {
                misses.add(new Miss(from, System.nanoTime(), why));
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop.countDown();
        thread.join();
    }
}
