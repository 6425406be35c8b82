package dev.tandem.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** People whose requests last long, and people who hold a WebSocket open, one after the other without a pause. */
final class Visitors implements AutoCloseable {
    private static final int OF_EACH_KIND = 4;
    private static final int WORDS = 15;
    private static final long PAUSE_MILLIS = 100;
    private static final long PATIENCE_SECONDS = 10;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final AtomicInteger longRequests = new AtomicInteger();
    private final AtomicInteger sockets = new AtomicInteger();

    private interface Visit {
        void pay() throws Exception;
    }

    /** @param service as its users name it */
    Visitors(URI service) {
        String authority = "127.0.0.1:" + service.getPort();
        for (int i = 0; i < OF_EACH_KIND; i++) {
            threads.add(Thread.ofVirtual().start(() -> again(() -> ask(authority, service.getAuthority()))));
            threads.add(Thread.ofVirtual().start(() -> again(() -> talk(authority, service.getAuthority()))));
        }
    }

    int longRequests() {
        return longRequests.get();
    }

    int sockets() {
        return sockets.get();
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    private void again(Visit visit) {
        while (stop.getCount() > 0) {
            try {
                visit.pay();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception e) {
                synchronized (this) {
                    failures.add(e.toString());
                }
            }
        }
    }

    private void ask(String authority, String host) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + authority + "/slow"))
                .header("Host", host)
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .build();
        int status = client.send(request, BodyHandlers.discarding()).statusCode();
        if (status != 200) {
            throw new IllegalStateException("a long request was answered " + status);
        }
        longRequests.incrementAndGet();
    }

    private void talk(String authority, String host) throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket socket = client.newWebSocketBuilder()
                .header("Host", host)
                .connectTimeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .buildAsync(URI.create("ws://" + authority + "/"), new Ear(heard))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (int word = 0; word < WORDS; word++) {
            socket.sendText("word " + word, true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String echo = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!("word " + word).equals(echo)) {
                throw new IllegalStateException("to word " + word + " a WebSocket said " + echo);
            }
            stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        sockets.incrementAndGet();
    }

    private record Ear(BlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            heard.add("closed " + status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            heard.add(error.toString());
        }
    }

    /** Lets everybody finish. */
    @Override
    public void close() throws InterruptedException {
        stop.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        client.shutdownNow();
    }
}
