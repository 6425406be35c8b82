/**
 * {@code tandem deploy}, {@code promote}, {@code rollback} and {@code status}: what a job or a person asks of the server's deliver package,
 * over HTTP. Knows nothing of the server's classes.
 */
@NullMarked
package dev.tandem.cli.deploy;

import org.jspecify.annotations.NullMarked;
