package dev.tandem.server.build.store;

import dev.tandem.pipeline.syntax.Diagnostic;

/** One problem of a configuration, as it is stored with the pipeline. Line and column count from 1. */
public record Problem(
        String code, boolean fatal, String message, String file, int line, int column, String path, String hint) {

    public static Problem of(Diagnostic diagnostic) {
        return new Problem(
                diagnostic.code().id(),
                diagnostic.isError(),
                diagnostic.message(),
                diagnostic.file(),
                diagnostic.line(),
                diagnostic.column(),
                diagnostic.path(),
                diagnostic.hint());
    }

    /** What is wrong with what was given to a pipeline, which stands in no file. */
    public static Problem ofWish(String message) {
        return new Problem("wish-invalid", true, message, "", 1, 1, "", "");
    }

    /** Whether it stands in a file. */
    public boolean hasPlace() {
        return !file.isEmpty();
    }

    /** {@code file:line:column: message}. */
    public String oneLine() {
        return !hasPlace() ? message : file + ":" + line + ":" + column + ": " + message;
    }
}
