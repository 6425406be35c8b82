package dev.tandem.server.code;

import dev.tandem.server.platform.Database;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The projects of this installation. Safe for use by many threads. */
@Component
public final class Projects {
    private final Database database;

    Projects(Database database) {
        this.database = database;
    }

    public Optional<Project> find(long id) {
        return database.read(sql -> new ProjectStore(sql).find(id));
    }

    /** Finds by full path ({@code root/shop}), whatever the case of its letters. */
    public Optional<Project> findByPath(String fullPath) {
        return database.read(sql -> new ProjectStore(sql).findByPath(fullPath));
    }
}
