package dev.tandem.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A service as tests deploy it, in a process of its own. What it does wrong is said by the variable BEHAVIOUR. */
public final class SampleService {

    private SampleService() {}

    public static void main(String[] args) throws Exception {
        String behaviour = System.getenv().getOrDefault("BEHAVIOUR", "good");
        System.out.println("starting " + behaviour + " on " + System.getenv("PORT"));
        if (behaviour.equals("crash")) {
            System.out.println("cannot find the configuration");
            System.exit(3);
        }
        if (behaviour.equals("stubborn")) {
            // The JVM would end by SIGTERM while its hooks run, so the hook never ends.
            Runtime.getRuntime().addShutdownHook(new Thread(SampleService::sleepForEver));
            new ProcessBuilder("sleep", "86399").start();
        }
        if (behaviour.equals("daemon")) {
            // A process that its parents have left, in a session and an environment of its own.
            new ProcessBuilder("sh", "-c", "(env -i setsid sleep 86397 &)")
                    .start()
                    .waitFor();
        }
        if (behaviour.equals("flood")) {
            Thread.ofPlatform().daemon().start(SampleService::flood);
        }
        if (behaviour.equals("robbed")) {
            awaitThief();
        }
        AtomicInteger health = new AtomicInteger(behaviour.equals("sick") ? 503 : 200);
        HttpServer server =
                HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 100);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/health", exchange -> answer(exchange, health.get(), "checked"));
        server.createContext("/sicken", exchange -> {
            health.set(503);
            answer(exchange, 200, "ill");
        });
        server.createContext("/leak", exchange -> {
            new ProcessBuilder("sh", "-c", "(head -c 200m /dev/zero; sleep 86395) | tail").start();
            answer(exchange, 200, "leaking");
        });
        server.createContext("/probed", exchange -> answer(exchange, behaviour.equals("broken") ? 500 : 200, "probed"));
        server.createContext("/slow", exchange -> {
            sleep(1500);
            answer(exchange, 200, "slow " + System.getenv("TANDEM_REVISION"));
        });
        server.createContext("/exit", exchange -> {
            answer(exchange, 200, "bye");
            Runtime.getRuntime().halt(7);
        });
        server.createContext("/", exchange -> answer(exchange, 200, System.getenv("TANDEM_REVISION")));
        server.start();
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void flood() {
        String line = "x".repeat(1000);
        while (true) {
            System.out.println(line);
        }
    }

    /** Comes too late for its port: somebody listens there already. */
    private static void awaitThief() throws IOException {
        while (true) {
            try (Socket thief = new Socket("127.0.0.1", Integer.parseInt(System.getenv("PORT")))) {
                sleepForEver();
            } catch (ConnectException e) {
                sleep(20);
            }
        }
    }

    private static void sleepForEver() {
        sleep(86_400_000);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
