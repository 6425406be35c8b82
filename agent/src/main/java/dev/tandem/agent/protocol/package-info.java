/**
 * What server and agent say to each other, as JSON over HTTP. The agent always calls; the server never does.
 *
 * <ul>
 *   <li>{@code GET /api/tandem/v1/agent/desired?after=VERSION}: held until the desired state is newer than VERSION or
 *       about 25 s have passed; 200 with a {@link DesiredState}, or 204.
 *   <li>{@code POST /api/tandem/v1/agent/report}: an {@link AgentReport}; 204. Sent at once when a revision's state
 *       changes, and every second while traffic is measured.
 *   <li>{@code GET /api/tandem/v1/agent/bundles/SHA256}: the bundle's bytes (tar.gz); 404 when unknown or not meant
 *       for this agent.
 * </ul>
 *
 * Each call carries {@code AGENT-TOKEN: tagt-...}; 401 means the token is not (or no longer) valid.
 */
@org.jspecify.annotations.NullMarked
package dev.tandem.agent.protocol;
