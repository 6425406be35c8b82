/** Copies of a whole data folder, made beside a server at work, and what makes a data folder of them again. */
@org.jspecify.annotations.NullMarked
package dev.tandem.server.platform.backup;
