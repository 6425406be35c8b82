package dev.tandem.pipeline.syntax;

/** An error prevents the pipeline; a warning is shown and prevents nothing. */
public enum Severity {
    ERROR,
    WARNING
}
