package dev.tandem.server.build.variables;

import dev.tandem.server.build.store.VariableRecord;
import dev.tandem.server.build.variables.VariableOutcome.Refused;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a CI/CD variable must be like to be stored. */
final class VariableRules {
    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final Pattern SCOPE = Pattern.compile("[A-Za-z0-9_/${}. *-]{1,255}");
    private static final Pattern MASKABLE = Pattern.compile("\\S{8,}");
    private static final int LONGEST_VALUE = 65_536;
    private static final int LONGEST_DESCRIPTION = 255;

    private VariableRules() {}

    /**
     * What speaks against a variable; null when nothing does.
     *
     * @param names of the owner's variables: masking one of these words would black out half a log
     */
    static @Nullable Refused refusal(VariableRecord variable, String value, Set<String> names) {
        if (!KEY.matcher(variable.name()).matches()) {
            return new Refused(
                    "key", "can contain only letters, digits and '_', and must not start with a digit", "key");
        }
        if (!SCOPE.matcher(variable.environmentScope()).matches()) {
            return new Refused(
                    "environment_scope",
                    "can contain only letters, digits, spaces and '-', '_', '/', '$', '{', '}', '.', '*'",
                    "scope");
        }
        if (value.length() > LONGEST_VALUE) {
            return new Refused("value", "is too long (maximum is " + LONGEST_VALUE + " characters)", "long");
        }
        if (variable.description().length() > LONGEST_DESCRIPTION) {
            return new Refused(
                    "description", "is too long (maximum is " + LONGEST_DESCRIPTION + " characters)", "description");
        }
        if (!variable.type().equals("env_var") && !variable.type().equals("file")) {
            return new Refused("variable_type", "does not have a valid value", "type");
        }
        if (variable.hidden() && !variable.masked()) {
            return new Refused(
                    "masked",
                    "The visibility setting cannot be changed for masked and hidden variables.",
                    "visibility");
        }
        return variable.masked() ? unmaskable(variable, value, names) : null;
    }

    private static @Nullable Refused unmaskable(VariableRecord variable, String value, Set<String> names) {
        if (!MASKABLE.matcher(value).matches()) {
            return new Refused(
                    "value", "cannot be masked: it needs at least 8 characters, on one line, without spaces", "mask");
        }
        if (!variable.raw() && value.contains("$")) {
            return new Refused(
                    "value", "cannot be masked: a '$' in it names another variable unless it is raw", "mask-dollar");
        }
        return names.contains(value)
                ? new Refused("value", "cannot be masked: it is the name of a variable", "mask-name")
                : null;
    }
}
