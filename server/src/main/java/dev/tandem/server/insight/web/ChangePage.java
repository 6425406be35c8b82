package dev.tandem.server.insight.web;

import dev.tandem.server.build.PipelineFacts;
import dev.tandem.server.code.Commit;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.TimelineModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code insight/change.jte} shows.
 *
 * @param pipeline its newest one; null when it has none
 * @param pushedBy who brought it here; null when nobody is on record
 * @param deployments that brought it somewhere, newest first
 * @param environments names by id
 * @param evidence what let a deployment on or took it back, by its id
 * @param leadTime from commit to production; null while it is not there
 */
public record ChangePage(
        ProjectNav project,
        Commit commit,
        @Nullable PipelineFacts pipeline,
        @Nullable String pushedBy,
        @Nullable String ref,
        List<Place> places,
        List<Deployment> deployments,
        Map<Long, String> environments,
        Map<Long, List<Text>> evidence,
        @Nullable Duration leadTime,
        TimelineModel timeline) {
    public ChangePage {
        places = List.copyOf(places);
        deployments = List.copyOf(deployments);
        environments = Map.copyOf(environments);
        evidence = Map.copyOf(evidence);
    }

    /** The tab's icon: how it is in the environment that counts most. */
    public String state() {
        if (places.stream().anyMatch(place -> place.state() == Place.State.GONE)) {
            return "rolled_back";
        }
        if (places.stream().anyMatch(place -> place.state() == Place.State.ROLLING)) {
            return "running";
        }
        return pipeline == null ? "pending" : pipeline.status().wire();
    }
}
