package dev.tandem.server.build.schedule;

import dev.tandem.pipeline.rule.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what people give with a pipeline, line by line, and notes what cannot be used. Not for use by several threads. */
public final class GivenReader {
    /** What one pipeline may be given of each kind. */
    public static final int MOST_VARIABLES = 100;

    private static final int MOST_INPUTS = 20;
    private static final int LONGEST_VALUE = 65_536;
    private static final int SHOWN = 60;
    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

    private final Map<String, Variable> variables = new LinkedHashMap<>();
    private final Map<String, String> inputs = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();

    /** {@code ci.variable=NAME=value} and {@code ci.input=NAME=value} of a push; what is none of them is somebody else's. */
    public static Given ofPush(List<String> options) {
        GivenReader reader = new GivenReader();
        for (String option : options) {
            if (option.startsWith("ci.variable")) {
                reader.variable(option, rest(option, "ci.variable"));
            } else if (option.startsWith("ci.input")) {
                reader.inputPair(option, rest(option, "ci.input"));
            }
        }
        return reader.read();
    }

    /** One {@code NAME=value} in each line; empty lines are nothing. */
    public GivenReader lines(String text) {
        text.lines().filter(line -> !line.isBlank()).forEach(line -> variable(line, line));
        return this;
    }

    public GivenReader variable(String key, String value, boolean file) {
        if (!KEY.matcher(key).matches()) {
            faults.add("'" + cut(key) + "' is no name for a variable: use letters, digits and _");
        } else if (value.length() > LONGEST_VALUE) {
            faults.add("the value of " + key + " is longer than " + LONGEST_VALUE + " characters");
        } else {
            variables.put(key, new Variable(key, value, false, file, false, "*"));
        }
        return this;
    }

    public GivenReader input(String name, String value) {
        if (name.isBlank()) {
            faults.add("an input has no name");
        } else if (value.length() > LONGEST_VALUE) {
            faults.add("the value of the input " + cut(name) + " is longer than " + LONGEST_VALUE + " characters");
        } else {
            inputs.put(name, value);
        }
        return this;
    }

    public Given read() {
        if (variables.size() > MOST_VARIABLES) {
            faults.add("a pipeline can be given " + MOST_VARIABLES + " variables, and these are " + variables.size());
        }
        if (inputs.size() > MOST_INPUTS) {
            faults.add("a pipeline can be given " + MOST_INPUTS + " inputs, and these are " + inputs.size());
        }
        return new Given(List.copyOf(variables.values()), inputs, faults);
    }

    private void variable(String written, String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            faults.add("'" + cut(written) + "' has no value: write NAME=value");
        } else {
            variable(pair.substring(0, equals).strip(), pair.substring(equals + 1), false);
        }
    }

    private void inputPair(String written, String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            faults.add("'" + cut(written) + "' has no value: write NAME=value");
        } else {
            input(pair.substring(0, equals).strip(), pair.substring(equals + 1));
        }
    }

    private static String rest(String option, String name) {
        return option.startsWith(name + "=") ? option.substring(name.length() + 1) : "";
    }

    private static String cut(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
