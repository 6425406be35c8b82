package dev.tandem.server.platform.operation;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import java.util.Map;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /-/health}: this process answers. {@code /-/ready}: it can also do its work, so requests may be sent to it. */
@RestController
final class HealthResource {
    private static final Logger LOG = LoggerFactory.getLogger(HealthResource.class);

    private final Database database;
    private final ApplicationAvailability availability;

    HealthResource(Database database, ApplicationAvailability availability) {
        this.database = database;
        this.availability = availability;
    }

    @Requires(Permission.ANYONE)
    @GetMapping("/-/health")
    Map<String, String> health() {
        return Map.of("status", "ok");
    }

    @Requires(Permission.ANYONE)
    @GetMapping("/-/ready")
    ResponseEntity<Map<String, String>> ready() {
        if (availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
            return unready("starting or stopping");
        }
        try {
            database.read(sql -> sql.fetchValue("select 1"));
        } catch (DataAccessException | IllegalStateException e) {
            LOG.warn("not ready: the database does not answer", e);
            return unready("the database does not answer");
        }
        return ResponseEntity.ok(Map.of("status", "ok"));
    }

    private static ResponseEntity<Map<String, String>> unready(String why) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body(Map.of("status", why));
    }
}
