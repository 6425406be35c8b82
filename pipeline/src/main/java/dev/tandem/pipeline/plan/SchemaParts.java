package dev.tandem.pipeline.plan;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The words of JSON Schema, as far as {@link LanguageSchema} speaks it. Immutable maps, shared freely. */
final class SchemaParts {
    static final Map<String, Object> ANY = Map.of();
    static final Map<String, Object> TEXT = Map.of("type", "string");
    static final Map<String, Object> FILLED = Map.of("type", "string", "minLength", 1);
    static final Map<String, Object> FLAG = Map.of("type", "boolean");
    static final Map<String, Object> SCALAR = Map.of("type", List.of("string", "number", "boolean", "null"));
    static final Map<String, Object> TEXTS = list(Map.of("anyOf", List.of(TEXT, Map.of("type", "array"))));
    static final Map<String, Object> TEXT_OR_TEXTS = anyOf(TEXT, TEXTS);
    static final Map<String, Object> DURATION = anyOf(TEXT, Map.of("type", "integer", "minimum", 0));

    private SchemaParts() {}

    static Map<String, Object> words(Collection<String> words) {
        return Map.of("enum", List.copyOf(words));
    }

    static Map<String, Object> integer(int least, int most) {
        return Map.of("type", "integer", "minimum", least, "maximum", most);
    }

    static Map<String, Object> list(Map<String, Object> items) {
        return Map.of("type", "array", "items", items);
    }

    static Map<String, Object> oneOrMore(Map<String, Object> item) {
        return anyOf(item, list(item));
    }

    /** A list whose items may be lists, as {@code !reference} makes them. */
    static Map<String, Object> nested(Map<String, Object> item) {
        return list(anyOf(item, Map.of("type", "array")));
    }

    @SafeVarargs
    static Map<String, Object> anyOf(Map<String, Object>... choices) {
        return Map.of("anyOf", List.of(choices));
    }

    static Map<String, Object> each(Map<String, Object> value) {
        return Map.of("type", "object", "additionalProperties", value);
    }

    static Map<String, Object> ref(String name) {
        return Map.of("$ref", "#/definitions/" + name);
    }

    /**
     * An object that has these keys and no others.
     *
     * @param keys the reader's own table
     * @throws IllegalStateException when a key of the table has no schema, or the other way round
     */
    static Map<String, Object> object(Collection<String> keys, Map<String, Map<String, Object>> properties) {
        Map<String, Object> inOrder = new LinkedHashMap<>();
        for (String key : keys.stream().sorted().toList()) {
            Map<String, Object> schema = properties.get(key);
            if (schema == null) {
                throw new IllegalStateException("the schema does not know the keyword " + key);
            }
            inOrder.put(key, schema);
        }
        if (inOrder.size() < properties.size()) {
            throw new IllegalStateException("the language does not know all of " + properties.keySet());
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", "object");
        object.put("properties", inOrder);
        object.put("additionalProperties", false);
        return object;
    }
}
