/**
 * What runner and agent share about the host they stand on: a {@link dev.tandem.host.Sandbox} that starts processes
 * without rights, a {@link dev.tandem.host.ProcessGroup} that ends them whole, and {@link dev.tandem.host.Archives}
 * that opens what strangers packed. Knows nothing of jobs, bundles or HTTP.
 */
@NullMarked
package dev.tandem.host;

import org.jspecify.annotations.NullMarked;
