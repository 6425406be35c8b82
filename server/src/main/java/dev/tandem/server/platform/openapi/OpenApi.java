package dev.tandem.server.platform.openapi;

import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The routes as an OpenAPI 3.1 document. Safe for use by many threads. */
@Component
final class OpenApi {
    private static final Map<String, Object> ERROR = Map.of("$ref", "#/components/schemas/Error");

    private final Routes routes;
    private final ServerUrls urls;

    OpenApi(Routes routes, ServerUrls urls) {
        this.routes = routes;
        this.urls = urls;
    }

    Map<String, Object> document() {
        Schemas schemas = new Schemas();
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Route route : routes.all()) {
            paths.computeIfAbsent(route.path(), path -> new LinkedHashMap<>())
                    .put(route.method(), operation(route, schemas));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put(
                "info",
                Map.of(
                        "title",
                        "Tandem",
                        "version",
                        "v4",
                        "description",
                        "Below /api/v4 GitLab's REST API as far as it is served, below /api/tandem/v1 what GitLab does not have. A project is named by its number or its path with %2F for each slash."));
        document.put("servers", List.of(Map.of("url", urls.external().toString())));
        document.put("security", security());
        document.put("paths", paths);
        document.put("components", components(schemas));
        return document;
    }

    private static Map<String, Object> operation(Route route, Schemas schemas) {
        boolean safe = route.method().equals("get");
        List<Object> parameters = new ArrayList<>();
        for (String variable : route.variables()) {
            parameters.add(
                    Map.of("name", variable, "in", "path", "required", true, "schema", Map.of("type", "string")));
        }
        if (safe) {
            route.asked()
                    .forEach((name, kind) -> parameters.add(
                            Map.of("name", name, "in", "query", "required", kind.required(), "schema", schema(kind))));
        }
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("operationId", route.operation());
        operation.put("tags", List.of(route.tag()));
        operation.put("x-permission", route.permission().name().toLowerCase(Locale.ROOT));
        if (route.permission() == Permission.ANYONE) {
            operation.put("security", List.of());
        }
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        if (!safe && !route.asked().isEmpty()) {
            operation.put("requestBody", body(route));
        }
        operation.put("responses", responses(route, schemas));
        return operation;
    }

    /** The same names are taken from query, form and JSON. */
    private static Map<String, Object> body(Route route) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        route.asked().forEach((name, kind) -> {
            properties.put(name, schema(kind));
            if (kind.required()) {
                required.add(name);
            }
        });
        Map<String, Object> schema = new LinkedHashMap<>(Map.of("type", "object", "properties", properties));
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        Map<String, Object> content = Map.of("schema", schema);
        return Map.of("content", Map.of("application/json", content, "application/x-www-form-urlencoded", content));
    }

    private static Map<String, Object> responses(Route route, Schemas schemas) {
        Map<String, Object> responses = new LinkedHashMap<>();
        Optional<Map<String, Object>> returned =
                schemas.ofReturn(route.handler().getMethod().getGenericReturnType());
        responses.put(
                "2XX",
                returned.<Object>map(schema -> Map.of(
                                "description", "Done", "content", Map.of("application/json", Map.of("schema", schema))))
                        .orElse(Map.of("description", "Done")));
        responses.put(
                "4XX",
                Map.of("description", "Refused", "content", Map.of("application/json", Map.of("schema", ERROR))));
        return responses;
    }

    private static Map<String, Object> schema(ParameterNames.Kind kind) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", kind.type());
        if (kind.format() != null) {
            schema.put("format", kind.format());
        }
        if (kind.type().equals("array")) {
            schema.put("items", Map.of());
        }
        return schema;
    }

    private static List<Object> security() {
        return List.of(
                Map.of("token", List.of()),
                Map.of("bearer", List.of()),
                Map.of("job", List.of()),
                Map.of("session", List.of()));
    }

    private static Map<String, Object> components(Schemas schemas) {
        Map<String, Object> all = new LinkedHashMap<>(schemas.components());
        all.put(
                "Error",
                Map.of("type", "object", "properties", Map.of("message", Map.of(), "error", Map.of("type", "string"))));
        Map<String, Object> schemes = new LinkedHashMap<>();
        schemes.put("token", Map.of("type", "apiKey", "in", "header", "name", "PRIVATE-TOKEN"));
        schemes.put("bearer", Map.of("type", "http", "scheme", "bearer"));
        schemes.put("job", Map.of("type", "apiKey", "in", "header", "name", "JOB-TOKEN"));
        schemes.put("session", Map.of("type", "apiKey", "in", "cookie", "name", "tandem_session"));
        return Map.of("schemas", all, "securitySchemes", schemes);
    }
}
