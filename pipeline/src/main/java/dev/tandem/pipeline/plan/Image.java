package dev.tandem.pipeline.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container image; variables in it are left for the runner. */
public record Image(
        String name,
        List<String> entrypoint,
        List<String> pullPolicies,
        @Nullable String dockerPlatform,
        @Nullable String dockerUser) {
    public Image {
        entrypoint = List.copyOf(entrypoint);
        pullPolicies = List.copyOf(pullPolicies);
    }
}
