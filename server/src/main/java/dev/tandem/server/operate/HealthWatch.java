package dev.tandem.server.operate;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.RevisionStatus;
import dev.tandem.server.deliver.AgentTexts;
import dev.tandem.server.deliver.ReportListener;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Notices when a revision that gets requests loses its health or is well again; what follows from it is a durable task. A
 * server that starts knows nothing and learns it from the next reports. Safe for use by many threads.
 */
final class HealthWatch implements ReportListener {
    private final Database database;
    private final DurableTask<HealthChange> task;
    private final Map<Place, HealthCourse> courses = new HashMap<>();

    HealthWatch(Database database, DurableTask<HealthChange> task) {
        this.database = database;
        this.task = task;
    }

    private record Place(long agentId, String service, String revision) {}

    @Override
    public void heard(long agentId, AgentReport report, Instant at) {
        List<HealthChange> changes = changes(agentId, report, at);
        if (!changes.isEmpty()) {
            database.write(tx -> {
                changes.forEach(change -> tx.schedule(task, change.key(), change, at));
                return true;
            });
        }
    }

    private synchronized List<HealthChange> changes(long agentId, AgentReport report, Instant at) {
        List<HealthChange> changes = new ArrayList<>();
        Set<Place> told = new HashSet<>();
        for (RevisionStatus status : report.revisions()) {
            Place place = new Place(agentId, status.service(), status.revision());
            boolean serves = report.appliedWeights()
                            .getOrDefault(status.service(), Map.of())
                            .getOrDefault(status.revision(), 0)
                    > 0;
            if (serves) {
                told.add(place);
                HealthCourse before = courses.get(place);
                HealthCourse.Step step = before == null ? HealthCourse.begin(status, at) : before.next(status, at);
                courses.put(place, step.course());
                if (step.change() != HealthCourse.Change.NONE) {
                    changes.add(change(agentId, status, step.change(), at));
                }
            }
        }
        courses.keySet().removeIf(place -> place.agentId() == agentId && !told.contains(place));
        return changes;
    }

    private static HealthChange change(long agentId, RevisionStatus status, HealthCourse.Change change, Instant at) {
        return new HealthChange(
                agentId,
                status.service(),
                status.revision(),
                change == HealthCourse.Change.LOST,
                Texts.cut(status.message(), HealthChange.LONGEST),
                AgentTexts.kept(status.said()).stream()
                        .map(text -> Texts.cut(text, HealthChange.LONGEST))
                        .limit(HealthChange.MOST)
                        .toList(),
                at);
    }
}
