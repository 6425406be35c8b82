package dev.tandem.pipeline.rule;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a dotenv report: {@code NAME=value} lines, as GitLab limits them. */
public final class Dotenv {
    private static final int MOST_VARIABLES = 20;
    private static final int MOST_BYTES = 5 * 1024;
    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]{0,254})=(.*)");

    private Dotenv() {}

    /** What was read, or the sentence that says why not. */
    public sealed interface Outcome {
        record Read(Map<String, String> variables) implements Outcome {}

        record Refused(String why) implements Outcome {}
    }

    /** Reads the files of one report, one after the other. */
    public static Outcome read(List<byte[]> files) {
        Map<String, String> variables = new LinkedHashMap<>();
        int bytes = 0;
        for (byte[] file : files) {
            bytes += file.length;
            if (bytes > MOST_BYTES) {
                return new Outcome.Refused("A dotenv report may have " + MOST_BYTES + " bytes");
            }
            int number = 0;
            for (String line : new String(file, StandardCharsets.UTF_8).split("\\R", -1)) {
                number++;
                String text = line.strip();
                if (text.isEmpty() || text.startsWith("#")) {
                    continue;
                }
                Matcher match = LINE.matcher(text);
                if (!match.matches()) {
                    return new Outcome.Refused("Line " + number + " of the dotenv report is not NAME=value");
                }
                variables.put(match.group(1), unquoted(match.group(2).strip()));
            }
        }
        return variables.size() > MOST_VARIABLES
                ? new Outcome.Refused("A dotenv report may have " + MOST_VARIABLES + " variables")
                : new Outcome.Read(variables);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
