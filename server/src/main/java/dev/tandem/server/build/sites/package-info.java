/** Web sites that jobs publish. Their files are whatever jobs wrote: no browser is to run them. */
@NullMarked
package dev.tandem.server.build.sites;

import org.jspecify.annotations.NullMarked;
