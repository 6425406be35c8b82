/**
 * The proxy: a small process of its own that routes requests by host name to revisions of services, shifts traffic
 * between them by weight and counts how each of them answers. It is told what to route over a Unix domain socket and
 * keeps its last {@link dev.tandem.proxy.RoutingTable} on disk, so it serves on while agent and server are dead.
 *
 * <p>Owns its folder: {@code control.sock}, {@code routes.json}, {@code lock}. Knows nothing of agents, bundles or
 * health; whoever tells it the table decides.
 */
@org.jspecify.annotations.NullMarked
package dev.tandem.proxy;
