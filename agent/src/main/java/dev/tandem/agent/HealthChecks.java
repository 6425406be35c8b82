package dev.tandem.agent;

import dev.tandem.agent.HealthCheck.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The checks that a bundle's {@code app.json} declares under {@code healthchecks.web}, in the words of Dokku. Keys
 * that only describe are passed over; one that would change what is checked, and which is not supported, is refused.
 */
record HealthChecks(List<HealthCheck> startup, List<HealthCheck> running) {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> UNSUPPORTED = Set.of("command", "port", "scheme");
    private static final int MAX_CHECKS = 20;
    private static final int MAX_SECONDS = 3600;

    static final HealthChecks DEFAULT = new HealthChecks(List.of(HealthCheck.DEFAULT), List.of(HealthCheck.DEFAULT));

    static HealthChecks parse(String appJson) throws Procfile.Refused {
        List<HealthCheck> checks = new ArrayList<>();
        JsonNode declared = read(appJson).path("healthchecks").path(Procfile.WEB);
        if (!declared.isArray() && !declared.isMissingNode()) {
            throw new Procfile.Refused("app.json: healthchecks.web must be an array");
        }
        if (declared.size() > MAX_CHECKS) {
            throw new Procfile.Refused("app.json: at most " + MAX_CHECKS + " health checks");
        }
        for (int i = 0; i < declared.size(); i++) {
            checks.add(check(declared.get(i), "app.json: healthchecks.web[" + i + "]"));
        }
        return checks.isEmpty() ? DEFAULT : of(checks);
    }

    private static HealthChecks of(List<HealthCheck> checks) {
        List<HealthCheck> startup =
                checks.stream().filter(check -> check.type() == Type.STARTUP).toList();
        List<HealthCheck> running =
                checks.stream().filter(check -> check.type() != Type.STARTUP).toList();
        // Each kind stands in for the other when only one is declared.
        return new HealthChecks(startup.isEmpty() ? running : startup, running.isEmpty() ? startup : running);
    }

    private static JsonNode read(String text) throws Procfile.Refused {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new Procfile.Refused("app.json is not valid JSON: " + e.getOriginalMessage());
        }
    }

    private static HealthCheck check(JsonNode node, String where) throws Procfile.Refused {
        for (String key : UNSUPPORTED) {
            if (node.has(key)) {
                throw new Procfile.Refused(where + ": \"" + key
                        + "\" is not supported; check a \"path\" of the web process over HTTP instead");
            }
        }
        String path = node.path("path").asString("");
        if (!path.isEmpty() && !path.startsWith("/")) {
            throw new Procfile.Refused(where + ": path must begin with /");
        }
        boolean onlyListening = path.isEmpty();
        return new HealthCheck(
                type(node.path("type").asString("startup"), where),
                onlyListening ? null : path,
                node.path("content").asString(""),
                headers(node.path("httpHeaders")),
                seconds(node, "uptime", 0, 0, where),
                number(node, "attempts", 3, 1, where),
                seconds(node, "timeout", 5, 1, where),
                seconds(node, "wait", 5, 1, where),
                seconds(node, "initialDelay", 0, 0, where));
    }

    private static Type type(String text, String where) throws Procfile.Refused {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "startup", "" -> Type.STARTUP;
            case "liveness" -> Type.LIVENESS;
            case "readiness" -> Type.READINESS;
            default -> throw new Procfile.Refused(where + ": type must be startup, liveness or readiness");
        };
    }

    private static Map<String, String> headers(JsonNode list) {
        Map<String, String> headers = new HashMap<>();
        list.forEach(header -> headers.put(
                header.path("name").asString(""), header.path("value").asString("")));
        headers.remove("");
        return headers;
    }

    private static Duration seconds(JsonNode node, String key, int otherwise, int least, String where)
            throws Procfile.Refused {
        return Duration.ofSeconds(number(node, key, otherwise, least, where));
    }

    private static int number(JsonNode node, String key, int otherwise, int least, String where)
            throws Procfile.Refused {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isInt() || value.intValue() < least || value.intValue() > MAX_SECONDS) {
            throw new Procfile.Refused(
                    where + ": " + key + " must be a whole number from " + least + " to " + MAX_SECONDS);
        }
        return value.intValue();
    }
}
