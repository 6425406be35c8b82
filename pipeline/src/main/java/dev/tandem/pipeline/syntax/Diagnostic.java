package dev.tandem.pipeline.syntax;

/**
 * One problem of a configuration.
 *
 * @param message what is wrong, in one sentence
 * @param line counts from 1
 * @param column counts from 1
 * @param path where in the configuration, for example {@code jobs:test:needs}; empty for the file as a whole
 * @param hint how to mend it; may be empty
 */
public record Diagnostic(
        DiagnosticCode code,
        Severity severity,
        String message,
        String file,
        int line,
        int column,
        String path,
        String hint) {

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** The form for terminals: {@code file:line:column: error[code]: message (hint)}. */
    @Override
    public String toString() {
        String word = isError() ? "error" : "warning";
        String mend = hint.isEmpty() ? "" : " (" + hint + ")";
        return file + ":" + line + ":" + column + ": " + word + "[" + code.id() + "]: " + message + mend;
    }
}
