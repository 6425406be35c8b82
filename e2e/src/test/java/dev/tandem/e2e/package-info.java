/** Tests of the whole through its public interfaces, against the distribution in {@code dist/}. */
@org.jspecify.annotations.NullMarked
package dev.tandem.e2e;
