package dev.tandem.pipeline.rule;

import java.util.List;

/**
 * A CI/CD variable.
 *
 * @param raw its value is literal: no {@code $name} inside it is ever expanded
 * @param file the job sees the path of a file that holds the value
 * @param masked the value is hidden in logs
 * @param environmentScope which environments see it: {@code *} for all, or a name with {@code *} wildcards
 */
public record Variable(String key, String value, boolean raw, boolean file, boolean masked, String environmentScope) {
    public static Variable of(String key, String value) {
        return new Variable(key, value, false, false, false, "*");
    }

    public static Variable raw(String key, String value) {
        return new Variable(key, value, true, false, false, "*");
    }

    public Variable withValue(String newValue) {
        return new Variable(key, newValue, raw, file, masked, environmentScope);
    }

    /**
     * Whether a scope covers an environment; {@code *} in a scope stands for any text.
     *
     * @param environment empty for none
     */
    public static boolean inScope(String scope, String environment) {
        if (scope.equals("*") || scope.equals(environment)) {
            return true;
        }
        if (environment.isEmpty() || !scope.contains("*")) {
            return false;
        }
        List<String> parts = List.of(scope.split("\\*", -1));
        int at = parts.getFirst().length();
        if (!environment.startsWith(parts.getFirst())) {
            return false;
        }
        for (String part : parts.subList(1, parts.size() - 1)) {
            int found = environment.indexOf(part, at);
            if (found < 0) {
                return false;
            }
            at = found + part.length();
        }
        return environment.length() - at >= parts.getLast().length() && environment.endsWith(parts.getLast());
    }
}
