/** The web side of identity: who sends a request, whether it may, sign-in and profile pages, their REST resources. */
@NullMarked
package dev.tandem.server.identity.web;

import org.jspecify.annotations.NullMarked;
