/** Git over SSH: keys say who connects, the rules are those of git over HTTP. */
@NullMarked
package dev.tandem.server.code.ssh;

import org.jspecify.annotations.NullMarked;
