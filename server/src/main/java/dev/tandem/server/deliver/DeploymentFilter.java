package dev.tandem.server.deliver;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which deployments to list and in which order; null matches all.
 *
 * @param environment exact name
 * @param updatedAfter updated at or after
 */
public record DeploymentFilter(
        @Nullable String environment,
        @Nullable DeploymentStatus status,
        @Nullable String sha,
        @Nullable String ref,
        @Nullable Instant updatedAfter,
        @Nullable Instant updatedBefore,
        Order order,
        boolean ascending) {
    public static final DeploymentFilter NEWEST_FIRST =
            new DeploymentFilter(null, null, null, null, null, null, Order.ID, false);

    /** GitLab's {@code order_by}. */
    public enum Order {
        ID,
        IID,
        CREATED_AT,
        UPDATED_AT,
        FINISHED_AT,
        REF
    }

    public DeploymentFilter of(String environmentName) {
        return new DeploymentFilter(environmentName, status, sha, ref, updatedAfter, updatedBefore, order, ascending);
    }
}
