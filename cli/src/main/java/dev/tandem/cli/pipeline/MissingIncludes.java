package dev.tandem.cli.pipeline;

import java.util.Locale;

/** What an included file is that cannot be had here. */
public enum MissingIncludes {
    ERROR,
    WARN;

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
