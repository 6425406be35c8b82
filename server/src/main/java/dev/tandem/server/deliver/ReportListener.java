package dev.tandem.server.deliver;

import dev.tandem.agent.protocol.AgentReport;
import java.time.Instant;

/** Hears every report of every agent, on the thread that received it: at once, so it must be quick. Declared as a bean. */
public interface ReportListener {
    /** @param at by the server's clock */
    void heard(long agentId, AgentReport report, Instant at);
}
