package dev.tandem.server.platform.openapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tandem.server.platform.api.Listing;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.http.ResponseEntity;

/** JSON Schemas of what handlers return. Records become components, named as they are; maps stay objects of any shape. */
final class Schemas {
    private final Map<String, Object> components = new TreeMap<>();
    private final Map<String, Class<?>> names = new LinkedHashMap<>();

    Map<String, Object> components() {
        return components;
    }

    /** Empty when the handler writes the reply by itself, or sends none. */
    Optional<Map<String, Object>> ofReturn(Type type) {
        if (type == void.class || type == Void.class) {
            return Optional.empty();
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == ResponseEntity.class) {
            return ofReturn(generic.getActualTypeArguments()[0]);
        }
        return Optional.of(of(type));
    }

    private Map<String, Object> of(Type type) {
        if (type instanceof WildcardType wild) {
            return of(wild.getUpperBounds()[0]);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (raw == Listing.class || Collection.class.isAssignableFrom(raw)) {
                return Map.of("type", "array", "items", of(last));
            }
            return raw == Optional.class ? of(last) : Map.of("type", "object");
        }
        return type instanceof Class<?> plain ? of(plain) : Map.of();
    }

    private Map<String, Object> of(Class<?> type) {
        if (type == String.class || type.isEnum()) {
            return Map.of("type", "string");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return Map.of("type", "integer");
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return Map.of("type", "number");
        }
        if (type == Instant.class) {
            return Map.of("type", "string", "format", "date-time");
        }
        return type.isRecord() ? Map.of("$ref", "#/components/schemas/" + component(type)) : Map.of();
    }

    private String component(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        String name = outer == null ? type.getSimpleName() : outer.getSimpleName() + "." + type.getSimpleName();
        while (names.getOrDefault(name, type) != type) {
            name += "_";
        }
        if (names.put(name, type) == null) {
            Map<String, Object> properties = new LinkedHashMap<>();
            for (RecordComponent component : type.getRecordComponents()) {
                JsonProperty renamed = component.getAnnotation(JsonProperty.class);
                properties.put(
                        renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value(),
                        of(component.getGenericType()));
            }
            components.put(name, Map.of("type", "object", "properties", properties));
        }
        return name;
    }
}
