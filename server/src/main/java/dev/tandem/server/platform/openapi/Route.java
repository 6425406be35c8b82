package dev.tandem.server.platform.openapi;

import dev.tandem.server.platform.access.Permission;
import java.util.List;
import java.util.Map;
import org.springframework.web.method.HandlerMethod;

/**
 * One method on one address.
 *
 * @param path with {@code {name}} for what varies
 * @param variables of the path, in its order
 * @param asked names of other parameters, and what they are
 */
public record Route(
        String path,
        String method,
        String tag,
        String operation,
        Permission permission,
        List<String> variables,
        Map<String, ParameterNames.Kind> asked,
        HandlerMethod handler) {
    /** Names of all that may be sent, the required ones marked with a star; for people. */
    public String names() {
        return String.join(
                ", ",
                asked.entrySet().stream()
                        .map(entry -> entry.getKey() + (entry.getValue().required() ? "*" : ""))
                        .toList());
    }
}
