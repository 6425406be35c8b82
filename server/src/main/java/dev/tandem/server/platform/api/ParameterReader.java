package dev.tandem.server.platform.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the {@link Parameters} of a request, whatever its method and content type. */
final class ParameterReader {
    /** Enough for a pipeline file to be checked or a large commit message; files travel as raw bodies of their own handlers. */
    private static final int MAX_BODY_BYTES = 12 * 1024 * 1024;

    private static final int MAX_NAMES = 1000;
    private static final int MAX_DEPTH = 8;

    private final JsonMapper json;

    ParameterReader(JsonMapper json) {
        this.json = json;
    }

    Parameters read(HttpServletRequest request) throws IOException {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        pairs(request.getQueryString(), values);
        String type = request.getContentType() == null ? "" : request.getContentType();
        if (type.startsWith("application/x-www-form-urlencoded")) {
            pairs(body(request), values);
        } else if (type.startsWith("application/json")) {
            json(body(request), values);
        }
        return new Parameters(values);
    }

    private static String body(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > MAX_BODY_BYTES) {
            throw tooLarge();
        }
        byte[] bytes = request.getInputStream().readNBytes(MAX_BODY_BYTES + 1);
        if (bytes.length > MAX_BODY_BYTES) {
            throw tooLarge();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static ApiException tooLarge() {
        return new ApiException(413, "The request is larger than " + MAX_BODY_BYTES / 1024 / 1024 + " MB");
    }

    private void json(String body, Map<String, @Nullable Object> values) {
        if (body.isBlank()) {
            return;
        }
        JsonNode root;
        try {
            root = json.readTree(body);
        } catch (JacksonException e) {
            throw new ApiException(400, "The body is not valid JSON: " + e.getOriginalMessage());
        }
        if (root.isNull() || root.isMissingNode()) {
            return;
        }
        if (!root.isObject()) {
            throw new ApiException(400, "The body must be a JSON object");
        }
        root.properties().forEach(entry -> values.put(entry.getKey(), plain(entry.getValue())));
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isObject()) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
            return map;
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            node.forEach(item -> list.add(plain(item)));
            return list;
        }
        if (node.isNull()) {
            return null;
        }
        return node.isBoolean() ? node.booleanValue() : node.asString();
    }

    private static void pairs(@Nullable String text, Map<String, @Nullable Object> values) {
        if (text == null || text.isEmpty()) {
            return;
        }
        String[] pairs = text.split("&", MAX_NAMES + 1);
        if (pairs.length > MAX_NAMES) {
            throw new ApiException(400, "More than " + MAX_NAMES + " parameters");
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            if (!name.isEmpty()) {
                put(values, path(name), decoded(equals < 0 ? "" : pair.substring(equals + 1)));
            }
        }
    }

    /** {@code variables[0][key]} as variables, 0, key. */
    private static List<String> path(String name) {
        int bracket = name.indexOf('[');
        if (bracket <= 0 || !name.endsWith("]")) {
            return List.of(name);
        }
        List<String> path = new ArrayList<>();
        path.add(name.substring(0, bracket));
        path.addAll(List.of(name.substring(bracket + 1, name.length() - 1).split("]\\[", -1)));
        if (path.size() > MAX_DEPTH) {
            throw ApiException.malformed(path.getFirst());
        }
        return path;
    }

    private static void put(Map<String, @Nullable Object> values, List<String> path, String value) {
        String name = path.getFirst();
        if (path.size() == 1) {
            values.put(name, value);
        } else if (path.get(1).isEmpty()) {
            append(list(values, name), path.subList(2, path.size()), value);
        } else {
            put(map(values, name), path.subList(1, path.size()), value);
        }
    }

    /** {@code a[]=1} appends; {@code a[][k]=1} fills the last object until a key comes again. */
    private static void append(List<@Nullable Object> list, List<String> rest, String value) {
        if (rest.isEmpty()) {
            list.add(value);
            return;
        }
        if (list.isEmpty()
                || !(list.getLast() instanceof Map<?, ?> last)
                || (rest.size() == 1 && last.containsKey(rest.getFirst()))) {
            list.add(new LinkedHashMap<String, @Nullable Object>());
        }
        put(asMap(rest.getFirst(), list.getLast()), rest, value);
    }

    private static Map<String, @Nullable Object> map(Map<String, @Nullable Object> values, String name) {
        return asMap(name, values.computeIfAbsent(name, key -> new LinkedHashMap<String, @Nullable Object>()));
    }

    @SuppressWarnings("unchecked") // only this class fills these maps, with such maps
    private static Map<String, @Nullable Object> asMap(String name, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw ApiException.malformed(name);
    }

    @SuppressWarnings("unchecked") // only this class fills these lists
    private static List<@Nullable Object> list(Map<String, @Nullable Object> values, String name) {
        Object value = values.computeIfAbsent(name, key -> new ArrayList<@Nullable Object>());
        if (value instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        throw ApiException.malformed(name);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ApiException(400, "A parameter is not correctly percent-encoded");
        }
    }
}
