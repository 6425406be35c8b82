package shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A shop that greets and adds up prices. */
public final class Shop {
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, Shop::greeting));
        server.createContext("/health", exchange -> answer(exchange, () -> "well"));
        server.start();
        System.out.println("listening on port " + port);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(5)));
    }

    static String greeting() {
        return "Welcome to the shop, version 1";
    }

    static int totalCents(int... prices) {
        int total = 0;
        for (int price : prices) {
            total = Math.addExact(total, price);
        }
        return total;
    }

    private static void answer(HttpExchange exchange, Supplier<String> page) throws IOException {
        try {
            send(exchange, 200, page.get());
        } catch (RuntimeException e) {
            send(exchange, 500, "Sorry, this page is broken: " + e.getMessage());
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
