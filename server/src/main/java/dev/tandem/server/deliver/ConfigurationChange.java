package dev.tandem.server.deliver;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is to change in a configuration.
 *
 * @param set values by name
 * @param secret whether what is set is never shown again
 * @param unset names that are to go
 */
public record ConfigurationChange(Map<String, String> set, boolean secret, List<String> unset) {
    static final int MOST_VARIABLES = 200;
    private static final int LONGEST_VALUE = 32 * 1024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

    public ConfigurationChange {
        set = Map.copyOf(set);
        unset = List.copyOf(unset);
    }

    /** What is wrong with it, as a sentence with the mend; empty when it may be made. */
    Optional<String> problem() {
        if (set.isEmpty() && unset.isEmpty()) {
            return Optional.of("Nothing is to be changed: name a variable to set or to unset.");
        }
        return set.keySet().stream()
                .flatMap(name -> problem(name).stream())
                .findFirst()
                .or(() -> set.entrySet().stream()
                        .flatMap(entry -> problem(entry.getKey(), entry.getValue()).stream())
                        .findFirst())
                .or(() -> unset.stream()
                        .filter(set::containsKey)
                        .map(name -> name + " is both set and unset; leave one of them out.")
                        .findFirst());
    }

    private static Optional<String> problem(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.of("\"" + name + "\" is no name of a variable: it holds 1 to 255 letters, digits and _, and"
                    + " begins with no digit.");
        }
        return name.equals("PORT") || name.equals("HOST") || name.startsWith("TANDEM_")
                ? Optional.of(name + " is given by Tandem itself; choose another name.")
                : Optional.empty();
    }

    private static Optional<String> problem(String name, String value) {
        if (value.length() > LONGEST_VALUE) {
            return Optional.of("The value of " + name + " has more than " + LONGEST_VALUE
                    + " characters; put it into a file of the bundle.");
        }
        return value.indexOf('\0') >= 0
                ? Optional.of("The value of " + name + " holds a NUL, which no variable can.")
                : Optional.empty();
    }
}
