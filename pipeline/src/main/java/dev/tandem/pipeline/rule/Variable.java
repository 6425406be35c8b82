package dev.tandem.pipeline.rule;

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
}
