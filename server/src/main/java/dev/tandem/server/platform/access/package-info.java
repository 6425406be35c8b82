/** The words of authorisation: roles, permissions, and the annotation by which each handler names what it needs. */
@NullMarked
package dev.tandem.server.platform.access;

import org.jspecify.annotations.NullMarked;
