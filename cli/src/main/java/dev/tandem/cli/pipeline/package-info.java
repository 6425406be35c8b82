/**
 * The commands that read a pipeline configuration where it lies, without a server: {@code lint} and {@code plan}. Owns how a folder
 * stands for a repository and a push, and how the compiler's results are shown.
 */
@NullMarked
package dev.tandem.cli.pipeline;

import org.jspecify.annotations.NullMarked;
