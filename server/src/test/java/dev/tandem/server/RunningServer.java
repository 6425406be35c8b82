package dev.tandem.server;

import dev.tandem.server.identity.PasswordCost;
import dev.tandem.server.platform.SettingsReader;
import dev.tandem.server.platform.TestDatabase;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A real server on a free port, without built-in runner and agent; {@code root} has {@link #PASSWORD} and {@link #TOKEN}. */
public final class RunningServer implements AutoCloseable {
    public static final String PASSWORD = "correct horse battery";
    public static final String TOKEN = "glpat-rootrootrootrootroot";

    /** Hundreds of passwords are hashed by a run of the tests; how slow it is meant to be is not what they look at. */
    private static final PasswordCost LEAST_COST = new PasswordCost(4);

    private static final String GENERATED_BEANS = "spring.aot.enabled";

    /** Keeps no cookies: whoever asks with it is nobody, or says who with each request. */
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final ConfigurableApplicationContext context;
    private final URI uri;

    private RunningServer(ConfigurableApplicationContext context) {
        this.context = context;
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        this.uri = URI.create("http://127.0.0.1:" + port);
    }

    public static RunningServer start(Path data, String... moreFlags) {
        return start(
                data, Map.of("TANDEM_INITIAL_ROOT_PASSWORD", PASSWORD, "TANDEM_INITIAL_ROOT_TOKEN", TOKEN), moreFlags);
    }

    public static RunningServer start(Path data, Map<String, String> environment, String... moreFlags) {
        List<String> flags = new ArrayList<>(List.of(
                "--data",
                data.toString(),
                "--port",
                "0",
                "--runner-concurrency",
                "0",
                "--agent",
                "false",
                "--deletion-delay-days",
                "0"));
        flags.addAll(List.of(moreFlags));
        if (Files.notExists(data.resolve("tandem.db"))) {
            TestDatabase.copyTo(data.resolve("tandem.db"));
        }
        // Other applications of tests have no definitions that the build wrote.
        System.setProperty(GENERATED_BEANS, System.getProperty("tandem.beans", "false"));
        try {
            return new RunningServer(
                    TandemServer.start(SettingsReader.inForce(flags, Map.of()), environment, LEAST_COST));
        } finally {
            System.clearProperty(GENERATED_BEANS);
        }
    }

    public URI uri() {
        return uri;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> Map<String, T> beans(Class<T> type) {
        return context.getBeansOfType(type);
    }

    /** A request by nobody. */
    public HttpResponse<String> send(String method, String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri.resolve(path)).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(CLIENT, request.build());
    }

    /** A form sent to the API. */
    public HttpResponse<String> sendForm(String method, String path, String token, String form) {
        return send(
                CLIENT,
                HttpRequest.newBuilder(uri.resolve(path))
                        .header("PRIVATE-TOKEN", token)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .method(method, HttpRequest.BodyPublishers.ofString(form))
                        .build());
    }

    /** A browser: keeps cookies, follows no redirect by itself. */
    public Browser browser() {
        return new Browser(HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .build());
    }

    /** Asks the API as root, or with another token, or none for null. */
    public HttpResponse<String> api(String method, String path, String token, String json) {
        return ask(method, "/api/v4" + path, token, json);
    }

    /** The same with a whole path, for what GitLab does not have. */
    public HttpResponse<String> ask(String method, String path, String token, String json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri.resolve(path))
                .method(
                        method,
                        json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json));
        if (token != null) {
            request.header("PRIVATE-TOKEN", token);
        }
        if (json != null) {
            request.header("Content-Type", "application/json");
        }
        return send(CLIENT, request.build());
    }

    @Override
    public void close() {
        context.close();
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** One visitor with its own cookies. */
    public final class Browser {
        private final HttpClient client;

        private Browser(HttpClient client) {
            this.client = client;
        }

        public HttpResponse<String> get(String path, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri.resolve(path));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return send(client, request.build());
        }

        /** Posts a form with the form token of the page {@code from}. */
        public HttpResponse<String> post(String from, String path, String... fields) {
            String token = formToken(get(from).body());
            List<String> all = new ArrayList<>(List.of(fields));
            all.addAll(List.of("_csrf", token));
            return postRaw(path, all.toArray(String[]::new));
        }

        public HttpResponse<String> postRaw(String path, String... fields) {
            StringBuilder form = new StringBuilder();
            for (int i = 0; i < fields.length; i += 2) {
                form.append(form.isEmpty() ? "" : "&")
                        .append(encode(fields[i]))
                        .append('=')
                        .append(encode(fields[i + 1]));
            }
            return send(
                    client,
                    HttpRequest.newBuilder(uri.resolve(path))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form.toString()))
                            .build());
        }

        public HttpResponse<String> signIn(String username, String password) {
            return post("/-/sign-in", "/-/sign-in", "username", username, "password", password);
        }

        public String cookie(String name) {
            return ((CookieManager) client.cookieHandler().orElseThrow())
                    .getCookieStore().getCookies().stream()
                            .filter(cookie -> cookie.getName().equals(name))
                            .map(java.net.HttpCookie::getValue)
                            .findFirst()
                            .orElse("");
        }

        private static String formToken(String page) {
            java.util.regex.Matcher token = java.util.regex.Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"")
                    .matcher(page);
            if (!token.find()) {
                throw new AssertionError("the page has no form token: " + page);
            }
            return token.group(1);
        }

        private static String encode(String text) {
            return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
