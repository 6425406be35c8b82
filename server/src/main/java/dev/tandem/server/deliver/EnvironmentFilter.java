package dev.tandem.server.deliver;

import org.jspecify.annotations.Nullable;

/** Which environments to list; null matches all. */
public record EnvironmentFilter(
        @Nullable String name, @Nullable String search, Environment.@Nullable State state) {
    public static final EnvironmentFilter ALL = new EnvironmentFilter(null, null, null);
}
