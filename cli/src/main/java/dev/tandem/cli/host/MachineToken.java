package dev.tandem.cli.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The token by which a machine proves itself, from wherever it is given. */
final class MachineToken {
    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "Its token. Every user of this machine can read arguments: rather use --token-file.")
    private @Nullable String token;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File that holds nothing but the token.")
    private @Nullable Path file;

    /**
     * The token: of the option, the file, or the variable, in that order.
     *
     * @throws IllegalArgumentException when none is given
     */
    String read(Map<String, String> environment, String variable) throws IOException {
        String given = token;
        if (given == null && file != null) {
            given = Files.readString(file);
        }
        if (given == null) {
            given = environment.get(variable);
        }
        if (given == null || given.isBlank()) {
            throw new IllegalArgumentException(
                    "no token: give --token-file FILE, or set the variable " + variable + ", or give --token TOKEN");
        }
        return given.strip();
    }
}
