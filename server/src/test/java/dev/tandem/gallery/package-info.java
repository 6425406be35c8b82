/** A server of nothing but the face: every part of a page to look at, and what browser tests drive. */
@org.jspecify.annotations.NullMarked
package dev.tandem.gallery;
