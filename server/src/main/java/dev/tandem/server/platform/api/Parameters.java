package dev.tandem.server.platform.api;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one API request, from query, form and JSON body alike; a handler takes it as an argument. What nobody
 * declared is ignored. Values that cannot be read as what is asked for end the request with 400.
 *
 * <p>Values are texts, booleans, numbers, lists and maps as JSON has them; in queries and forms {@code a[]=1} is a list
 * and {@code a[b]=1} a map. Immutable.
 */
public final class Parameters {
    private final Map<String, @Nullable Object> values;

    Parameters(Map<String, @Nullable Object> values) {
        this.values = values;
    }

    /** Whether the name was given, even with an empty or null value. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Empty when absent or null; an empty text stays an empty text. */
    public Optional<String> text(String name) {
        Object value = values.get(name);
        if (value instanceof Map<?, ?> || value instanceof List<?>) {
            throw ApiException.malformed(name);
        }
        return Optional.ofNullable(value).map(Object::toString);
    }

    /** @throws ApiException 400 when absent or blank */
    public String requiredText(String name) {
        return text(name).filter(value -> !value.isBlank()).orElseThrow(() -> ApiException.missing(name));
    }

    public Optional<Long> number(String name) {
        return text(name).filter(value -> !value.isBlank()).map(value -> {
            try {
                return Long.valueOf(value.strip());
            } catch (NumberFormatException e) {
                throw ApiException.malformed(name);
            }
        });
    }

    public long requiredNumber(String name) {
        return number(name).orElseThrow(() -> ApiException.missing(name));
    }

    /** {@code true}, {@code 1}, {@code True} and so on. */
    public Optional<Boolean> flag(String name) {
        return text(name).filter(value -> !value.isBlank()).map(value -> switch (value) {
            case "true", "True", "TRUE", "1" -> true;
            case "false", "False", "FALSE", "0" -> false;
            default -> throw ApiException.malformed(name);
        });
    }

    /** From {@code a,b}, {@code ["a","b"]} or {@code name[]=a&name[]=b}; empty when absent. */
    public List<String> texts(String name) {
        Object value = values.get(name);
        if (value instanceof List<?> list) {
            return list.stream().map(item -> scalar(name, item)).toList();
        }
        return text(name).stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /** A list of objects ({@code variables[][key]=A} or JSON); empty when absent. */
    public List<Parameters> objects(String name) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof Map<?, ?> indexed) {
            // variables[0][key]=A: a map from index to object.
            value = new ArrayList<>(indexed.values());
        }
        if (!(value instanceof List<?> list)) {
            throw ApiException.malformed(name);
        }
        return list.stream().map(item -> object(name, item)).toList();
    }

    /** One object ({@code filter[environment_scope]=x} or JSON); empty when absent. */
    public Optional<Parameters> object(String name) {
        return Optional.ofNullable(values.get(name)).map(value -> object(name, value));
    }

    /** The names given here, in the order they came. */
    public List<String> names() {
        return List.copyOf(values.keySet());
    }

    /** As it came: a text, boolean, number, list or map; null when absent. */
    public @Nullable Object value(String name) {
        return values.get(name);
    }

    /** A time, or a day as its first moment in UTC. */
    public Optional<Instant> time(String name) {
        return text(name).filter(value -> !value.isBlank()).map(value -> {
            // A plus sign that was not escaped in a query arrives as a space.
            String text = value.strip().replace(' ', '+');
            try {
                return text.indexOf('T') < 0
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeParseException e) {
                throw ApiException.malformed(name);
            }
        });
    }

    /** A day; of a full time, its day. */
    public Optional<LocalDate> day(String name) {
        return time(name).map(time -> LocalDate.ofInstant(time, ZoneOffset.UTC));
    }

    /** From {@code page} and {@code per_page}, clamped. */
    public Paging paging() {
        return new Paging(clamped("page", 1), clamped("per_page", Paging.DEFAULT_PER_PAGE));
    }

    private int clamped(String name, int otherwise) {
        return Math.clamp(number(name).orElse((long) otherwise), 0, Integer.MAX_VALUE);
    }

    private static String scalar(String name, @Nullable Object value) {
        if (value == null || value instanceof Map<?, ?> || value instanceof List<?>) {
            throw ApiException.malformed(name);
        }
        return value.toString();
    }

    private static Parameters object(String name, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw ApiException.malformed(name);
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, inner) -> copy.put(String.valueOf(key), inner));
        return new Parameters(copy);
    }
}
