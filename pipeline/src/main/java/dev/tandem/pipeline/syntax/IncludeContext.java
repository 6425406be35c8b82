package dev.tandem.pipeline.syntax;

import java.util.List;

/** What includes ask of the pipeline to create; implemented above this package, where rules and variables are known. */
public interface IncludeContext {
    /** The text with the variables replaced that are known before any file is read. */
    String expand(String text);

    /** Whether {@code include:rules} lets the file in. Reports malformed rules itself. */
    boolean admits(Node rules, String path);

    /** The files of {@code paths} that an include with wildcards means, sorted. */
    List<String> matching(String wildcard, List<String> paths);
}
