package dev.tandem.server.identity;

import java.util.Optional;

/**
 * What a group to be made shall be.
 *
 * @param parent the group that it shall lie in; empty: at the top
 */
public record NewGroup(Optional<Namespace> parent, String path, String name, String description, boolean isPublic) {}
