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

    /** {@code file:line:column: message}. */
    public String oneLine() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
