package dev.tandem.proxy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server that says each short text frame again (RFC 6455), and a client for it. */
final class WebSocketEcho {

    private WebSocketEcho() {}

    static ServerSocket start() throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    serve(socket);
                } catch (Exception e) {
                    // The client left, or the test is over.
                }
            }
        });
        return server;
    }

    private static void serve(Socket socket) throws Exception {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        String key = key(in);
        byte[] digest = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        while (true) {
            int opcode = in.readUnsignedByte();
            int length = in.readUnsignedByte() & 0x7f;
            byte[] mask = in.readNBytes(4);
            byte[] text = in.readNBytes(length);
            for (int i = 0; i < length; i++) {
                text[i] ^= mask[i % 4];
            }
            out.write(opcode);
            out.write(length);
            out.write(text);
            if ((opcode & 0x0f) == 8) {
                return;
            }
        }
    }

    private static String key(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString()
                .lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-key:"))
                .map(line -> line.substring(18).strip())
                .findFirst()
                .orElseThrow();
    }

    static final class Client implements AutoCloseable, WebSocket.Listener {

        private final HttpClient http = HttpClient.newHttpClient();
        private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
        private WebSocket socket = null;

        static Client connect(URI uri, String origin) {
            Client client = new Client();
            client.socket = client.http
                    .newWebSocketBuilder()
                    .header("Origin", "http://" + origin)
                    .buildAsync(uri, client)
                    .join();
            return client;
        }

        String ask(String text) throws InterruptedException {
            socket.sendText(text, true).join();
            String answer = said.poll(10, TimeUnit.SECONDS);
            return answer == null ? "nothing" : answer;
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            said.add(data.toString());
            from.request(1);
            return null;
        }

        @Override
        public void close() {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            http.shutdownNow();
        }
    }
}
