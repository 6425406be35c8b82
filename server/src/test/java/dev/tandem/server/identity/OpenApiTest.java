package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The document of the REST resources says what the handlers do. */
class OpenApiTest {
    @TempDir
    static Path data;

    private static RunningServer server;
    private static JsonNode document;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        document = JsonMapper.builder()
                .build()
                .readTree(server.send("GET", "/api/v4/openapi.json").body());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyRouteIsInIt() {
        Set<String> missing = new HashSet<>();
        server.beans(RequestMappingHandlerMapping.class)
                .values()
                .forEach(mapping -> mapping.getHandlerMethods()
                        .keySet()
                        .forEach(info -> info.getPatternValues().stream()
                                .filter(path -> path.startsWith("/api/"))
                                .forEach(path -> info.getMethodsCondition().getMethods().stream()
                                        .map(method -> method.name().toLowerCase(java.util.Locale.ROOT))
                                        .filter(method ->
                                                operation(plain(path), method).isMissingNode())
                                        .forEach(method -> missing.add(method + " " + path)))));

        assertThat(missing).isEmpty();
        assertThat(document.get("openapi").asString()).isEqualTo("3.1.0");
        assertThat(document.get("paths").size()).isGreaterThan(80);
    }

    @Test
    void whatTheOpenApiSpecificationDemandsHolds() {
        Set<String> operations = new HashSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    JsonNode operation = method.getValue();
                    String where = method.getKey() + " " + path.getKey();
                    assertThat(operations.add(operation.get("operationId").asString()))
                            .as(where)
                            .isTrue();
                    Set<String> named = new HashSet<>();
                    operation.path("parameters").forEach(parameter -> {
                        assertThat(named.add(parameter.get("in").asString()
                                        + parameter.get("name").asString()))
                                .as(where)
                                .isTrue();
                    });
                    for (String part : path.getKey().split("/")) {
                        if (part.startsWith("{")) {
                            assertThat(named).as(where).contains("path" + part.substring(1, part.indexOf('}')));
                        }
                    }
                }));
        for (String reference : document.toString().split("\"#/components/schemas/")) {
            String name = reference.substring(0, Math.max(0, reference.indexOf('"')));
            if (!name.isEmpty() && !reference.startsWith("{")) {
                assertThat(document.at("/components/schemas").has(name))
                        .as(name)
                        .isTrue();
            }
        }
    }

    @Test
    void parametersAreThoseThatTheHandlersAskFor() {
        JsonNode list = operation("/api/v4/projects/{id}/pipelines", "get");
        assertThat(list.get("parameters").toString())
                .contains("\"ref\"", "\"username\"", "\"per_page\"")
                .doesNotContain("\"id\",\"in\":\"query\"");
        JsonNode create = operation("/api/v4/projects/{id}/pipeline", "post");
        JsonNode body =
                create.at("/requestBody/content").get("application/json").get("schema");
        assertThat(body.get("required").toString()).contains("ref");
        assertThat(body.get("properties").has("variables"))
                .as("asked for in a helper")
                .isTrue();
        JsonNode incident = operation("/api/tandem/v1/projects/{id}/incidents", "post");
        assertThat(incident.at("/requestBody/content")
                        .get("application/json")
                        .at("/schema/properties/opened_at/format")
                        .asString())
                .isEqualTo("date-time");
        assertThat(incident.get("x-permission").asString()).isEqualTo("handle_incident");
    }

    @Test
    void peopleReadItAsAPage() {
        HttpResponse<String> page = server.browser().get("/-/help/api", "Accept-Language", "zh-CN");

        assertThat(page.body())
                .contains("GET /api/v4/projects/{id}/pipelines", "openapi.json", "参数", "per_page")
                .doesNotContain("<script src=\"http");
    }

    private static JsonNode operation(String path, String method) {
        return document.get("paths").path(path).path(method);
    }

    private static String plain(String path) {
        return path.replace("{*", "{").replaceAll("\\{([A-Za-z0-9_]+):[^/]*}", "{$1}");
    }
}
