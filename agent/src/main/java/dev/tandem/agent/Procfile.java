package dev.tandem.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a bundle runs: process type to shell command, in the file's order.
 *
 * @see <a href="https://devcenter.heroku.com/articles/procfile">the format, as Heroku describes it</a>
 */
record Procfile(Map<String, String> commands) {

    static final String WEB = "web";

    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9_-]{1,63}):\\s*(\\S.*)");

    /** A bundle that cannot run; the message says where and why. */
    static final class Refused extends Exception {
        Refused(String message) {
            super(message);
        }
    }

    static Procfile parse(String text) throws Refused {
        Map<String, String> commands = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.lines().map(String::strip).toList()) {
            number++;
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new Refused("Procfile line " + number + ": expected \"type: command\", as in \"web: ./serve\"");
            }
            if (commands.put(matcher.group(1), matcher.group(2)) != null) {
                throw new Refused("Procfile line " + number + ": " + matcher.group(1) + " appears twice");
            }
        }
        return check(commands);
    }

    private static Procfile check(Map<String, String> commands) throws Refused {
        if (!commands.containsKey(WEB)) {
            throw new Refused("Procfile names no web process; add a line such as \"web: ./serve --port $PORT\"");
        }
        if (commands.containsKey("release")) {
            // Running it like a worker would start migrations again and again.
            throw new Refused("Procfile: the release process type is not supported yet; run it as a job of the"
                    + " pipeline before the deployment");
        }
        return new Procfile(commands);
    }
}
