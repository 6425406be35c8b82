package dev.tandem.server.deliver;

import dev.tandem.server.TandemServer;
import dev.tandem.server.identity.InitialRoot;
import dev.tandem.server.identity.PasswordCost;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.SettingsInForce;
import dev.tandem.server.platform.SettingsReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real server whose jobs are {@link FakeBuild}'s and whose rollouts hurry. */
final class DeliverServer implements AutoCloseable {
    static final String ROOT_TOKEN = "glpat-rootrootrootrootroot";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final RolloutTimes HURRY = new RolloutTimes(
            Duration.ofMillis(30),
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMillis(30),
            Duration.ofMillis(300),
            Duration.ofSeconds(2));

    /** The time of all servers here; tests may let it run ahead. */
    static final ShiftedClock CLOCK = new ShiftedClock();

    private final HttpClient http = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext context;
    final URI uri;
    final FakeBuild build;

    DeliverServer(Path data, FakeBuild build) {
        this.build = build;
        SettingsInForce inForce = SettingsReader.inForce(
                List.of(
                        "--data",
                        data.toString(),
                        "--port",
                        "0",
                        "--runner-concurrency",
                        "0",
                        "--agent",
                        "false",
                        "--max-artifact-megabytes",
                        "1"),
                Map.of());
        SpringApplication application = new SpringApplication(TandemServer.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(Map.of("server.port", 0, "server.address", "127.0.0.1"));
        ApplicationContextInitializer<GenericApplicationContext> given = context -> {
            context.registerBean("settings", Settings.class, inForce::settings);
            context.registerBean("settingsInForce", SettingsInForce.class, () -> inForce);
            context.registerBean(
                    "initialRoot",
                    InitialRoot.class,
                    () -> InitialRoot.of(Map.of(
                            "TANDEM_INITIAL_ROOT_PASSWORD",
                            "correct horse battery",
                            "TANDEM_INITIAL_ROOT_TOKEN",
                            ROOT_TOKEN)));
            context.registerBean("passwordCost", PasswordCost.class, () -> new PasswordCost(4));
            context.registerBean("fakeBuild", FakeBuild.class, () -> build, definition -> definition.setPrimary(true));
            context.registerBean("shifted", Clock.class, () -> CLOCK, definition -> definition.setPrimary(true));
            context.registerBean("hurry", RolloutTimes.class, () -> HURRY, definition -> definition.setPrimary(true));
        };
        application.addInitializers(given);
        this.context = application.run();
        this.uri = URI.create("http://127.0.0.1:"
                + ((WebServerApplicationContext) context).getWebServer().getPort());
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** @param json body parsed as JSON; an empty object when it is none */
    record Reply(int status, String text, JsonNode json) {}

    /** @param token {@code job-1}, a personal token, or empty for nobody */
    Reply send(
            String method, String token, String path, HttpRequest.BodyPublisher body, String type, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri.resolve(path)).method(method, body).header("Content-Type", type);
        if (!token.isEmpty()) {
            request.header(token.startsWith("job-") ? "JOB-TOKEN" : "PRIVATE-TOKEN", token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean isJson = response.headers()
                    .firstValue("Content-Type")
                    .filter(found -> found.startsWith("application/json"))
                    .isPresent();
            return new Reply(
                    response.statusCode(),
                    response.body(),
                    isJson && !response.body().isBlank() ? JSON.readTree(response.body()) : JSON.createObjectNode());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Reply get(String token, String path) {
        return send("GET", token, path, BodyPublishers.noBody(), "application/json");
    }

    Reply post(String token, String path, Map<String, Object> parameters) {
        return send(
                "POST", token, path, BodyPublishers.ofString(JSON.writeValueAsString(parameters)), "application/json");
    }

    Reply put(String token, String path, byte[] bytes) {
        return send("PUT", token, path, BodyPublishers.ofByteArray(bytes), "application/gzip");
    }

    Reply put(String token, String path, InputStream bytes) {
        return send("PUT", token, path, BodyPublishers.ofInputStream(() -> bytes), "application/gzip");
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        context.close();
        http.close();
    }
}
