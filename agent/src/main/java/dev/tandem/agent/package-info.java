/**
 * The agent: keeps the revisions of services that the server wants running on this host, behind a proxy that shifts
 * traffic and measures it. Reconciles what is with what is desired; everything it must remember lies in its folder,
 * so that services and proxy outlive it and are adopted again (docs/agent.md).
 *
 * <p>{@link dev.tandem.agent.TandemAgent} is the public face; {@link dev.tandem.agent.protocol} holds the words between
 * server and agent. Uses {@code host} for sandboxes and process groups; knows no framework and nothing of the server.
 */
@org.jspecify.annotations.NullMarked
package dev.tandem.agent;
