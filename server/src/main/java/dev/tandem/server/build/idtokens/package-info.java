/** Tokens by which jobs prove to other services who they are. */
@NullMarked
package dev.tandem.server.build.idtokens;

import org.jspecify.annotations.NullMarked;
