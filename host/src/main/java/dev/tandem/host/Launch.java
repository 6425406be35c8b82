package dev.tandem.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command made ready to start by {@link ProcessGroup#start}. The variables of a sandboxed process travel in {@code
 * input}, not in {@code environment}: the programs that build the sandbox run with more rights than it, and a
 * variable such as LD_PRELOAD must not reach them; argument vectors are readable by every user of the host.
 *
 * @param argv program (absolute path) and arguments
 * @param environment whole environment of the outermost program
 * @param input UTF-8 text for its standard input, which then ends
 * @param wrappers how many processes, from the outermost inwards, belong to the sandbox and not to the command; they
 *     get no SIGTERM
 */
public record Launch(List<String> argv, Map<String, String> environment, String input, int wrappers) {
    // Written beside and renamed, so that a reader sees the whole number or no file.
    private static final String RECORD_EXIT =
            "f=$1; shift; \"$@\"; c=$?; printf '%s\\n' \"$c\" > \"$f.tmp\" && mv -f \"$f.tmp\" \"$f\"; exit \"$c\"";

    public Launch {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
    }

    /** A command without any sandbox, with this environment and an empty standard input. */
    public static Launch bare(List<String> argv, Map<String, String> environment) {
        return new Launch(argv, environment, "", 0);
    }

    /**
     * The same command under a small shell that writes its exit code as a decimal line to {@code file} and ends with
     * it: for processes that outlive the one that started them. The sandbox dies with that shell.
     */
    public Launch recordingExit(Path file) {
        var recorded = new ArrayList<>(List.of("/bin/sh", "-c", RECORD_EXIT, "tandem-shim", file.toString()));
        recorded.addAll(argv);
        return new Launch(recorded, environment, input, wrappers + 1);
    }
}
