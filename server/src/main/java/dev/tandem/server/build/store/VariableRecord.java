package dev.tandem.server.build.store;

/** A project's variable; the value is sealed. {@code type} is {@code env_var} or {@code file}. */
public record VariableRecord(
        long projectId,
        String name,
        String sealedValue,
        String type,
        boolean protectedOnly,
        boolean masked,
        boolean raw,
        String environmentScope,
        String description) {}
