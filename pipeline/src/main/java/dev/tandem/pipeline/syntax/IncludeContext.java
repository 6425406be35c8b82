package dev.tandem.pipeline.syntax;

import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What includes and inputs ask of the pipeline to create; implemented above this package, where rules and variables are known. */
public interface IncludeContext {
    /** The text with the variables replaced that are known before any file is read; unknown ones are empty. */
    String expand(String text);

    /** The same once, with values that may be shown; what is unknown stays as written. */
    String expandKnown(String text);

    /** This context as somebody without rights sees it: no variable is known. */
    IncludeContext withoutVariables();

    /** Whether {@code include:rules} lets the file in, {@code exists} seen in {@code files}. Reports malformed rules itself. */
    boolean admits(Node rules, String path, SourceFiles files);

    /**
     * The files of {@code paths} that an include with wildcards means, sorted.
     *
     * @param work is told how much was looked at
     */
    List<String> matching(String wildcard, List<String> paths, LongConsumer work);

    /** Finds an RE2 pattern in a text; null when it is not a valid or not a reasonable one. */
    @Nullable
    Predicate<String> pattern(String regex);

    /** Whether an {@code if} over inputs holds: true or false, or null when it cannot be parsed. */
    @Nullable
    Boolean holds(String expression, Map<String, String> inputs);
}
