package dev.tandem.agent;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What other threads have to say to the loop's; it is done there, in the order in which it came. */
final class Inbox {

    private final LinkedBlockingQueue<Runnable> news = new LinkedBlockingQueue<>();

    void add(Runnable what) {
        news.add(what);
    }

    /** Waits for news, at most so long, and does all that there is. */
    void take(Duration longest) throws InterruptedException {
        Runnable next = news.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
        while (next != null) {
            next.run();
            next = news.poll();
        }
    }
}
