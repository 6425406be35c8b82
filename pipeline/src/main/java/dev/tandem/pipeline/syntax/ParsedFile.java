package dev.tandem.pipeline.syntax;

import dev.tandem.pipeline.syntax.Node.Mapping;
import org.jspecify.annotations.Nullable;

/** A file as it was written: what its header says under {@code spec}, if it has one, and its body. */
record ParsedFile(@Nullable Mapping spec, Mapping body) {}
