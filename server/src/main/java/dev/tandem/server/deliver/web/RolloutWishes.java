package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.RolloutOptions;
import dev.tandem.server.deliver.rollout.OnInconclusive;
import dev.tandem.server.deliver.rollout.Strategy;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a rollout is to go, as the API takes and shows it. */
final class RolloutWishes {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h)?");

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([kKmMgG])?[iI]?[bB]?");

    private RolloutWishes() {}

    private static final List<String> NAMES = List.of(
            "strategy",
            "steps",
            "bake",
            "min_step",
            "max_error_ratio",
            "max_p95_ms",
            "alpha",
            "tolerance",
            "on_inconclusive",
            "probes",
            "memory");

    /** Whether anything was said of how the rollout is to go. */
    static boolean given(Parameters parameters) {
        return NAMES.stream().anyMatch(parameters::has);
    }

    static RolloutOptions of(Parameters parameters) {
        return over(parameters, RolloutOptions.of(Strategy.ROLLING));
    }

    /** What is not said is as before; another strategy has steps of its own. */
    static RolloutOptions over(Parameters parameters, RolloutOptions before) {
        try {
            Strategy strategy = strategy(parameters, before.strategy());
            List<Integer> steps = strategy == before.strategy() ? before.steps() : List.of();
            return new RolloutOptions(
                    strategy,
                    parameters.has("steps") ? steps(parameters) : steps,
                    parameters.has("bake") ? millis(parameters, "bake") : before.bakeMillis(),
                    parameters.has("min_step") ? millis(parameters, "min_step") : before.minStepMillis(),
                    parameters.has("max_error_ratio") ? decimal(parameters, "max_error_ratio") : before.maxErrorRatio(),
                    parameters.has("max_p95_ms") ? maxP95(parameters) : before.maxP95Millis(),
                    parameters.has("alpha") ? decimal(parameters, "alpha") : before.alpha(),
                    parameters.has("tolerance") ? decimal(parameters, "tolerance") : before.tolerance(),
                    parameters.has("probes") ? parameters.texts("probes") : before.probes(),
                    onInconclusive(parameters, before.onInconclusive()),
                    parameters.has("memory") ? bytes(parameters, "memory") : before.memoryBytes());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ApiException(400, String.valueOf(e.getMessage()));
        }
    }

    private static List<Integer> steps(Parameters parameters) {
        return parameters.texts("steps").stream()
                .map(text -> whole("steps", text))
                .toList();
    }

    private static @Nullable Integer maxP95(Parameters parameters) {
        return parameters.number("max_p95_ms").map(Math::toIntExact).orElse(null);
    }

    static Map<String, Object> json(RolloutOptions options) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("strategy", options.strategy().wire());
        shown.put("steps", options.shares());
        put(shown, "bake_ms", options.bakeMillis());
        put(shown, "min_step_ms", options.minStepMillis());
        put(shown, "max_error_ratio", options.maxErrorRatio());
        put(shown, "max_p95_ms", options.maxP95Millis());
        put(shown, "alpha", options.alpha());
        put(shown, "tolerance", options.tolerance());
        shown.put("probes", options.probes());
        shown.put("on_inconclusive", options.onInconclusive().wire());
        put(shown, "memory_bytes", options.memoryBytes());
        return shown;
    }

    private static void put(Map<String, Object> shown, String name, @Nullable Object value) {
        if (value != null) {
            shown.put(name, value);
        }
    }

    private static Strategy strategy(Parameters parameters, Strategy before) {
        String word = parameters.text("strategy").orElse(before.wire());
        return Strategy.ofWire(word)
                .orElseThrow(() -> new ApiException(
                        400, "strategy \"" + word + "\" is unknown; use rolling, blue-green or canary."));
    }

    private static OnInconclusive onInconclusive(Parameters parameters, OnInconclusive before) {
        String word = parameters.text("on_inconclusive").orElse(before.wire());
        return OnInconclusive.ofWire(word)
                .orElseThrow(() ->
                        new ApiException(400, "on_inconclusive \"" + word + "\" is unknown; use continue or pause."));
    }

    private static int whole(String name, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new ApiException(400, name + " \"" + text + "\" is no whole number.");
        }
    }

    /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}; a bare number is seconds. */
    private static @Nullable Long millis(Parameters parameters, String name) {
        String text = parameters.text(name).filter(value -> !value.isBlank()).orElse(null);
        if (text == null) {
            return null;
        }
        Matcher time = TIME.matcher(text.strip());
        if (!time.matches()) {
            throw new ApiException(400, name + " \"" + text + "\" is no time; write 30s, 5m or 1h.");
        }
        long unit = switch (String.valueOf(time.group(2))) {
            case "ms" -> 1;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 1_000;
        };
        return Long.parseLong(time.group(1)) * unit;
    }

    /** {@code 256M}, {@code 2G}, as Compose files and Kubernetes have them; a bare number is bytes. */
    private static @Nullable Long bytes(Parameters parameters, String name) {
        String text = parameters.text(name).filter(value -> !value.isBlank()).orElse(null);
        if (text == null) {
            return null;
        }
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new ApiException(400, name + " \"" + text + "\" is no size; write 256M or 2G.");
        }
        long unit = switch (String.valueOf(size.group(2)).toLowerCase(Locale.ROOT)) {
            case "k" -> 1L << 10;
            case "m" -> 1L << 20;
            case "g" -> 1L << 30;
            default -> 1;
        };
        return Long.parseLong(size.group(1)) * unit;
    }

    private static @Nullable Double decimal(Parameters parameters, String name) {
        return parameters
                .text(name)
                .filter(value -> !value.isBlank())
                .map(value -> {
                    try {
                        return Double.valueOf(value.strip());
                    } catch (NumberFormatException e) {
                        throw new ApiException(400, name + " \"" + value + "\" is no number.");
                    }
                })
                .orElse(null);
    }
}
