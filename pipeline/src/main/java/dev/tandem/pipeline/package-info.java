/**
 * The front door of the pipeline language: bytes of {@code .gitlab-ci.yml} in, a validated plan of jobs out. Owns nothing but the
 * order of the phases; each phase has its package ({@code syntax}, {@code rule}, {@code plan}), {@code state} rules what happens to
 * the jobs afterwards. Pure: no clock, no network, no files but those of {@link dev.tandem.pipeline.syntax.SourceFiles}.
 */
@NullMarked
package dev.tandem.pipeline;

import org.jspecify.annotations.NullMarked;
