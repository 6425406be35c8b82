package dev.tandem.pipeline.syntax;

/** Where something was written. Line and column count from 1. */
public record Mark(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
