package dev.tandem.server.deliver;

import dev.tandem.server.platform.DomainEvent;
import java.time.Instant;
import java.util.List;

/**
 * A rollout cannot go on, or cannot go back, without somebody who looks. Traffic stays where it is.
 *
 * @param environment name
 * @param code why: a message is called {@code deliver.reason.CODE}
 * @param arguments of that message
 */
public record RolloutNeedsPerson(
        long rolloutId,
        long deploymentId,
        long projectId,
        long environmentId,
        String environment,
        Tier tier,
        String code,
        List<String> arguments,
        Instant at)
        implements DomainEvent {
    public RolloutNeedsPerson {
        arguments = List.copyOf(arguments);
    }
}
