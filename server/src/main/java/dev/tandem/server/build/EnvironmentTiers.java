package dev.tandem.server.build;

/** Implemented as a bean by whoever keeps environments. */
public interface EnvironmentTiers {
    /**
     * The tier of an environment, or what it would be: production, staging, testing, development or other. Not to be asked inside
     * a transaction.
     */
    String tier(long projectId, String environment);
}
