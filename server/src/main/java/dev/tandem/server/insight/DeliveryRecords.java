package dev.tandem.server.insight;

import dev.tandem.server.deliver.Tier;
import dev.tandem.server.insight.dora.ChangeRecord;
import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.insight.dora.Records;
import dev.tandem.server.insight.dora.Window;
import dev.tandem.server.platform.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.springframework.stereotype.Component;

/** Reads what figures are counted from. Safe for use by many threads. */
@Component
public final class DeliveryRecords {
    /** Rollbacks and repairs tell how earlier deployments went, so some days beyond the window are read, too. */
    private static final Duration MARGIN = Duration.ofDays(31);

    private final Database database;

    DeliveryRecords(Database database) {
        this.database = database;
    }

    /** Records of these projects that count for {@code window}, and those around it that tell how it went on. */
    public Records over(Collection<Long> projects, Tier tier, Window window) {
        Instant from = window.from().minus(MARGIN);
        Instant to = window.to().plus(MARGIN);
        return database.read(sql -> {
            RecordStore store = new RecordStore(sql);
            return new Records(
                    store.deployments(projects, tier, from, to),
                    List.of(),
                    store.changes(projects, tier, window.from(), window.to()));
        });
    }

    /** By which deployment each tier first got a commit. */
    public List<ChangeRecord> reached(long projectId, String sha) {
        return database.read(sql -> new RecordStore(sql).reached(projectId, sha));
    }

    /** Rollbacks that took one of these deployments away, oldest first. */
    public List<DeploymentRecord> takenBack(Collection<Long> deployments) {
        return database.read(sql -> new RecordStore(sql).takenBack(deployments));
    }

    /** Pushes that brought a ref to one of these commits, oldest first. */
    public List<Push> pushes(long projectId, Collection<String> shas) {
        return database.read(sql -> new RecordStore(sql).pushes(projectId, shas));
    }
}
