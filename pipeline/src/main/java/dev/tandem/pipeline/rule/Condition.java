package dev.tandem.pipeline.rule;

import dev.tandem.pipeline.syntax.Mark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a rule asks; everything given must hold, nothing given always holds. */
public record Condition(
        @Nullable Expression expression,
        @Nullable Changes changes,
        @Nullable Exists exists) {
    public static final Condition ALWAYS = new Condition(null, null, null);

    public boolean isUnconditional() {
        return expression == null && changes == null && exists == null;
    }

    /** {@code changes}: one of the paths changed. */
    public record Changes(List<String> paths, @Nullable String compareTo, Mark mark) {
        public Changes {
            paths = List.copyOf(paths);
        }
    }

    /** {@code exists}: one of the paths is in the repository. */
    public record Exists(List<String> paths) {
        public Exists {
            paths = List.copyOf(paths);
        }
    }
}
