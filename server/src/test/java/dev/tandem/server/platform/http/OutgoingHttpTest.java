package dev.tandem.server.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.server.platform.http.OutgoingException.Why;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingHttpTest {
    private final OutgoingHttp open = new OutgoingHttp("127.0.0.1");
    private final CountDownLatch done = new CountDownLatch(1);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private ServerSocket server;
    private volatile String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    /** Says the answer; one that ends with … never ends. */
    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
            asked.add(head.toString());
            OutputStream out = socket.getOutputStream();
            out.write(answer.replace("…", "").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            while (answer.endsWith("…") && !done.await(20, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                out.write('x');
                out.flush();
            }
        } catch (IOException e) {
            asked.add("closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void close() throws IOException {
        done.countDown();
        server.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
    }

    private Why why(OutgoingHttp http, OutgoingRequest request) {
        return catchThrowableOfType(OutgoingException.class, () -> http.send(request))
                .why();
    }

    @Test
    void whatIsAllowedIsAsked() throws OutgoingException {
        OutgoingResponse response = open.send(OutgoingRequest.get(uri("/a?b=c")).header("X-One", "1\r\nX-Two: 2"));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("hi");
        assertThat(asked.getFirst())
                .startsWith("GET /a?b=c HTTP/1.1\n")
                .contains("Host: 127.0.0.1:" + server.getLocalPort(), "X-One: 1  X-Two: 2");
    }

    @Test
    void thisMachineIsRefusedUnlessAllowedOrOurOwn() throws OutgoingException {
        OutgoingHttp closed = new OutgoingHttp("");
        assertThat(why(closed, OutgoingRequest.get(uri("/")))).isEqualTo(Why.FORBIDDEN);
        assertThat(why(new OutgoingHttp("127.0.0.1:1, 10.0.0.0/8"), OutgoingRequest.get(uri("/"))))
                .isEqualTo(Why.FORBIDDEN);
        assertThat(asked).isEmpty();

        assertThat(closed.send(OutgoingRequest.get(uri("/")).toOurOwn()).status())
                .isEqualTo(200);
        URI name = URI.create("http://production.shop.localhost:" + server.getLocalPort() + "/");
        assertThat(new OutgoingHttp("production.shop.localhost")
                        .send(OutgoingRequest.get(name))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254",
                "100.100.100.200", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[fe80::1]",
                        "[fd00:ec2::254]",
                "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "224.0.0.1", "255.255.255.255", "2130706433"
            })
    void innerAddressesAreRefusedHoweverTheyAreWritten(String host) {
        assertThat(why(new OutgoingHttp(""), OutgoingRequest.get(URI.create("http://" + host + "/"))))
                .isIn(Why.FORBIDDEN, Why.ADDRESS, Why.NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101"})
    void outerAddressesAreNot(String address) throws IOException {
        assertThat(InnerAddresses.holds(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.org/", "file:///etc/passwd", "http:/x", "http://root:pw@example.org/"})
    void onlyHttpIsAsked(String address) {
        assertThat(why(open, OutgoingRequest.get(URI.create(address)))).isEqualTo(Why.ADDRESS);
    }

    @Test
    void redirectsAreCheckedAgainAndDoNotTellOthersTheSecret() throws OutgoingException {
        answer = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:" + server.getLocalPort() + "/\r\n\r\n";
        OutgoingRequest request = OutgoingRequest.get(uri("/")).header("Authorization", "secret");
        assertThat(why(open, request)).isEqualTo(Why.FORBIDDEN);
        assertThat(open.send(request.withoutRedirects()).status()).isEqualTo(302);

        answer = "HTTP/1.1 302 Found\r\nLocation: http://localhost:" + server.getLocalPort() + "/\r\n\r\n";
        asked.clear();
        assertThat(why(new OutgoingHttp("127.0.0.1"), request)).isEqualTo(Why.REDIRECTS);
        assertThat(asked).hasSize(6);
        assertThat(asked.getFirst()).contains("secret");
        assertThat(asked.get(1)).doesNotContain("secret");
    }

    @Test
    void aPostIsNotSentAgainElsewhere() throws OutgoingException {
        answer = "HTTP/1.1 307 Temporary\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n";
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        assertThat(open.send(OutgoingRequest.post(uri("/"), "application/json", body))
                        .status())
                .isEqualTo(307);
        assertThat(asked.getFirst()).contains("Content-Length: 2", "Content-Type: application/json");
    }

    @Test
    void sizeIsBounded() throws OutgoingException {
        answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n";
        assertThat(open.send(OutgoingRequest.get(uri("/")).atMost(7)).text()).isEqualTo("abcdefg");
        assertThat(why(open, OutgoingRequest.get(uri("/")).atMost(6))).isEqualTo(Why.SIZE);
        assertThat(open.send(OutgoingRequest.get(uri("/")).first(4)).text()).isEqualTo("abcd");

        answer = "HTTP/1.0 200 OK\r\n\r\nuntil the end";
        assertThat(open.send(OutgoingRequest.get(uri("/"))).text()).isEqualTo("until the end");
        assertThat(why(open, OutgoingRequest.get(uri("/")).atMost(3))).isEqualTo(Why.SIZE);
    }

    @Test
    void timeIsBoundedEvenDropByDrop() {
        answer = "HTTP/1.1 200 OK\r\n\r\n…";
        assertThat(why(open, OutgoingRequest.get(uri("/")).within(Duration.ofMillis(300))))
                .isEqualTo(Why.TIME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                ""
            })
    void whatIsNoHttpIsSaidSo(String text) {
        answer = text;
        assertThat(why(open, OutgoingRequest.get(uri("/")))).isEqualTo(Why.ANSWER);
    }

    @Test
    void whoCannotProveItsNameIsNotTrusted(@TempDir Path folder) throws Exception {
        Path keys = folder.resolve("keys");
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        keys.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(made.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance(keys.toFile(), "changeit".toCharArray());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        server.close();
        server = context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                serve(server.accept());
            } catch (IOException e) {
                asked.add("refused");
            }
        });

        URI secure = URI.create("https://127.0.0.1:" + server.getLocalPort() + "/");
        assertThat(why(open, OutgoingRequest.get(secure))).isEqualTo(Why.CERTIFICATE);
    }

    @ParameterizedTest
    @CsvSource({
        "example.org, true",
        "10.0.0.0/8, true",
        "fd00::/8, true",
        "[fd00::1]:80, true",
        "a b/9, false",
        "10.0.0.0/33, false",
        "x:99999, false"
    })
    void anAllowListIsChecked(String text, boolean fine) {
        if (fine) {
            assertThat(new OutgoingHttp(text)).isNotNull();
        } else {
            assertThatThrownBy(() -> new OutgoingHttp(text)).hasMessageContaining("is no name, address or range");
        }
    }
}
