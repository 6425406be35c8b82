package dev.tandem.pipeline.syntax;

import dev.tandem.pipeline.syntax.Node.Mapping;
import org.jspecify.annotations.Nullable;

/**
 * One file that an include entry means.
 *
 * @param name of the file in diagnostics
 * @param content null: read {@code path} from the origin
 * @param component what {@code $[[ component.x ]]} means in it; null when it is not a component
 */
record Included(
        Origin origin,
        String name,
        String path,
        byte @Nullable [] content,
        IncludeSources.@Nullable Component component) {

    static Included file(Origin origin, String path) {
        return new Included(origin, origin.name(path), path, null, null);
    }

    /** The file with what its include entry says about it. */
    record Wanted(Included file, Mark mark, @Nullable Mapping inputs) {}
}
