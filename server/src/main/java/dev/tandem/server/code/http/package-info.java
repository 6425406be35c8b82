/** Owns how git clients and browsers address projects: smart HTTP, and the addresses of pages. */
@NullMarked
package dev.tandem.server.code.http;

import org.jspecify.annotations.NullMarked;
