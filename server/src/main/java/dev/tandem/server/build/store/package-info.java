/** The tables of build. Stateless classes; every method works inside the transaction whose context it is given. */
@NullMarked
package dev.tandem.server.build.store;

import org.jspecify.annotations.NullMarked;
