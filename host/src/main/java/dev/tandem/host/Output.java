package dev.tandem.host;

import java.nio.file.Path;

/** Where standard output and error of a process group go, both to the same place in the order they were written. */
public sealed interface Output {
    /** To {@link ProcessGroup#output()}, which must be read, or the process comes to a halt. */
    Output PIPE = new Pipe();

    /** To the end of a file, which outlives the one that started the process. */
    static Output appendTo(Path file) {
        return new AppendTo(file);
    }

    record Pipe() implements Output {}

    record AppendTo(Path file) implements Output {}
}
