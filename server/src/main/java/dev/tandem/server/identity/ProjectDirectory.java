package dev.tandem.server.identity;

import java.util.Optional;

/** Finds projects; implemented by {@code code}. */
public interface ProjectDirectory {
    /** @param idOrFullPath a project's number or its full path, decoded: {@code 7} or {@code root/shop} */
    Optional<ProjectFacts> find(String idOrFullPath);

    /** The project that lived at {@code fullPath} before it was renamed or moved, while nothing else lives there. */
    default Optional<ProjectFacts> moved(String fullPath) {
        return Optional.empty();
    }
}
