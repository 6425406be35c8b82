package dev.tandem.pipeline.rule;

import com.google.re2j.Pattern;
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

    /** {@code changes}: one of the paths changed, or one that {@code regexp} finds something in. */
    public record Changes(
            List<String> paths,
            @Nullable Pattern regexp,
            @Nullable String compareTo,
            Mark mark) {
        public Changes {
            paths = List.copyOf(paths);
        }
    }

    /** {@code exists}: one of the paths is in the repository, or in that of {@code project} at {@code ref}. */
    public record Exists(
            List<String> paths,
            @Nullable Pattern regexp,
            @Nullable String project,
            @Nullable String ref,
            Mark mark) {
        public Exists {
            paths = List.copyOf(paths);
        }
    }
}
