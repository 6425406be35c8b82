/** The commands that make this machine work for a server elsewhere: {@code runner} and {@code agent}. */
@NullMarked
package dev.tandem.cli.host;

import org.jspecify.annotations.NullMarked;
