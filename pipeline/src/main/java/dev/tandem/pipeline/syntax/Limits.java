package dev.tandem.pipeline.syntax;

/** GitLab's limits where it has them; the others keep hostile files from eating memory or time. */
public final class Limits {
    public static final int FILE_BYTES = 2 * 1024 * 1024;
    public static final int DEPTH = 100;
    public static final int INCLUDES = 150;
    /** Inputs given to one pipeline. */
    public static final int INPUTS = 20;
    /** Characters of a text given as input. */
    public static final int INPUT_CHARACTERS = 1024;

    public static final int EXTENDS_LEVELS = 11;
    public static final int REFERENCE_LEVELS = 10;
    public static final int NAME_CHARACTERS = 255;
    /** The largest tree, in the units of {@link Node#weight}: 200 times the weight of a file of 1,000 usual jobs. */
    public static final int WEIGHT = 2_000_000;
    /** Values in one file; each takes some 120 bytes. A file of 1,000 usual jobs has about 20,000. */
    public static final int NODES = 300_000;
    /** Values in all files together, GitLab's 150 included ones among them. */
    public static final int ALL_NODES = 600_000;
    /** Bytes of all files together. */
    public static final int ALL_BYTES = 24 * 1024 * 1024;
    /** Keys copied by {@code <<} in one file; each takes some 50 bytes. */
    public static final int MERGED_KEYS = 500_000;
    /** Steps of merging and copying for one compilation; 1,000 jobs that share everything take some 100,000. */
    public static final int STEPS = 1_500_000;
    /** Characters that wildcards of includes and cache keys are held against; about a second. */
    public static final int MATCHED = 12_000_000;

    private Limits() {}
}
