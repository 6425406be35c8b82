package dev.tandem.server.build.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored CI/CD variable; the value is sealed.
 *
 * @param type {@code env_var} or {@code file}
 * @param hidden its value is shown to nobody; such a variable is masked too
 * @param change who stored it last and when; null when that is not known
 */
public record VariableRecord(
        VariableHolder holder,
        String name,
        String sealedValue,
        String type,
        boolean protectedOnly,
        boolean masked,
        boolean hidden,
        boolean raw,
        String environmentScope,
        String description,
        @Nullable Change change) {
    public record Change(Instant at, String by) {}

    public VariableRecord sealed(String newSealedValue, Change newChange) {
        return new VariableRecord(
                holder,
                name,
                newSealedValue,
                type,
                protectedOnly,
                masked,
                hidden,
                raw,
                environmentScope,
                description,
                newChange);
    }
}
