package dev.tandem.runner;

import java.util.List;

/** Makes the text that a shell reads for one stage of a job. */
final class ShellScript {
    private final StringBuilder text = new StringBuilder();

    private ShellScript() {}

    /** Stops at the first command that fails, in a pipeline too where the shell knows how. */
    static ShellScript stoppingAtFirstError(boolean bash, boolean trace) {
        var script = new ShellScript();
        script.command(bash ? "set -eo pipefail" : "set -e");
        script.command("set +o noclobber");
        if (trace) {
            script.command("set -x");
        }
        return script;
    }

    /** The same for a shell that nobody has seen yet. */
    static ShellScript forAnyShell(boolean trace) {
        var script = stoppingAtFirstError(false, false);
        script.command("if (set -o pipefail) 2>/dev/null; then set -o pipefail; fi");
        if (trace) {
            script.command("set -x");
        }
        return script;
    }

    /** A command of our own, not shown. */
    ShellScript command(String command) {
        text.append(command).append('\n');
        return this;
    }

    /** Commands of the user, each shown before it runs; of a long one its first line. */
    ShellScript shown(List<String> commands) {
        for (var command : commands) {
            text.append("printf '%s\\n' ").append(quoted(title(command))).append('\n');
            text.append(command).append('\n');
        }
        return this;
    }

    ShellScript print(String line) {
        return command("printf '%s\\n' " + quoted(line));
    }

    String text() {
        return text.toString();
    }

    /** One word for a shell, whatever it holds. */
    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static String title(String command) {
        var lines = command.strip().split("\n", 2);
        var shown = lines.length > 1 ? lines[0] + " # collapsed multi-line command" : lines[0];
        return "\u001b[32;1m$ " + shown + "\u001b[0;m";
    }
}
