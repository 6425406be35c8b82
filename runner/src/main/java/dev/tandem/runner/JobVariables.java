package dev.tandem.runner;

import dev.tandem.runner.JobPayload.Variable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The variables of a job: later ones win, references in those that are not raw are replaced once. Immutable. */
final class JobVariables {
    /** $$, $NAME or ${NAME}. */
    private static final Pattern REFERENCE =
            Pattern.compile("\\$(?:(\\$)|([A-Za-z_][A-Za-z0-9_]*)|\\{([A-Za-z_][A-Za-z0-9_]*)})");

    private final Map<String, Variable> byKey = new LinkedHashMap<>();

    /** @param layers weakest first */
    JobVariables(List<Collection<Variable>> layers) {
        for (var layer : layers) {
            layer.forEach(variable -> byKey.put(variable.key(), variable));
        }
    }

    /** Value with references replaced; empty when there is no such variable. */
    String value(String key) {
        var variable = byKey.get(key);
        if (variable == null) {
            return "";
        }
        return variable.raw() || variable.file() ? variable.value() : expand(variable.value());
    }

    boolean isTrue(String key) {
        var value = value(key);
        return value.equals("1") || value.equalsIgnoreCase("true");
    }

    /** Text with references to variables replaced; unknown ones vanish. */
    String expand(String text) {
        return REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(replacement(match)));
    }

    private String replacement(MatchResult match) {
        if (match.group(1) != null) {
            return "$";
        }
        var name = match.group(2) == null ? match.group(3) : match.group(2);
        var variable = byKey.get(name);
        return variable == null ? "" : variable.value();
    }

    /** Variables to be written to files, by name. */
    Map<String, String> files() {
        var files = new LinkedHashMap<String, String>();
        byKey.values().stream().filter(Variable::file).forEach(variable -> files.put(variable.key(), variable.value()));
        return files;
    }

    /** What a process gets, references replaced; those which no process can have (an empty name, a '=') are left out. */
    Map<String, String> environment() {
        var environment = new LinkedHashMap<String, String>();
        for (var key : byKey.keySet()) {
            var value = value(key);
            if (!key.isEmpty() && key.indexOf('=') < 0 && key.indexOf('\0') < 0 && value.indexOf('\0') < 0) {
                environment.put(key, value);
            }
        }
        return environment;
    }

    /** The same with more, which win. */
    JobVariables with(Collection<Variable> more) {
        return new JobVariables(List.of(byKey.values(), more));
    }

    List<String> secrets() {
        return byKey.values().stream()
                .filter(Variable::masked)
                .flatMap(variable -> Stream.of(variable.value(), value(variable.key())))
                .distinct()
                .toList();
    }
}
