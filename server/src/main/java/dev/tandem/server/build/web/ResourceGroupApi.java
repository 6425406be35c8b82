package dev.tandem.server.build.web;

import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.ProcessMode;
import dev.tandem.server.build.store.ResourceGroupRecord;
import dev.tandem.server.build.store.ResourceGroupStore;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Resource groups in the REST API: who is next, and how that is decided. */
@RestController
class ResourceGroupApi {
    private static final String ALL = "/api/v4/projects/{id}/resource_groups";
    private static final String ONE = ALL + "/{key}";

    private final Database database;
    private final ResourceGroupStore groups;
    private final JobStore jobs;
    private final JobFlow flow;
    private final Lookup lookup;
    private final ApiShapes shapes;

    ResourceGroupApi(
            Database database,
            ResourceGroupStore groups,
            JobStore jobs,
            JobFlow flow,
            Lookup lookup,
            ApiShapes shapes) {
        this.database = database;
        this.groups = groups;
        this.jobs = jobs;
        this.flow = flow;
        this.lookup = lookup;
        this.shapes = shapes;
    }

    @GetMapping(ALL)
    @Requires(Permission.READ_PIPELINE)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts project, Paging paging) {
        List<ResourceGroupRecord> found =
                database.read(sql -> groups.list(sql, project.id(), paging.offset(), paging.limit()));
        return new Listing<>(found, database.read(sql -> groups.count(sql, project.id())), paging)
                .map(ResourceGroupApi::shape);
    }

    @GetMapping(ONE)
    @Requires(Permission.READ_PIPELINE)
    Map<String, @Nullable Object> one(ProjectFacts project, @PathVariable("key") String key) {
        return shape(group(project, key));
    }

    /** Jobs that want the group and do not hold it, the next one first. */
    @GetMapping(ONE + "/upcoming_jobs")
    @Requires(Permission.READ_PIPELINE)
    Listing<Map<String, @Nullable Object>> upcoming(
            ProjectFacts project, @PathVariable("key") String key, Paging paging) {
        ResourceGroupRecord group = group(project, key);
        List<JobRecord> all = database.read(sql -> jobs.upcoming(sql, project.id(), key, group.mode()));
        Map<Long, PipelineRecord> pipelines = new HashMap<>();
        return Listing.cut(all, paging)
                .map(job -> shapes.job(
                        project, job, pipelines.computeIfAbsent(job.pipelineId(), id -> lookup.pipeline(project, id))));
    }

    @PutMapping(ONE)
    @Requires(Permission.RUN_PIPELINE)
    Map<String, @Nullable Object> choose(ProjectFacts project, @PathVariable("key") String key, Parameters parameters) {
        group(project, key);
        ProcessMode mode = ProcessMode.ofWire(parameters.requiredText("process_mode"))
                .orElseThrow(() -> ApiException.malformed("process_mode"));
        database.write(tx -> flow.order(tx, project.id(), key, mode));
        return shape(group(project, key));
    }

    private ResourceGroupRecord group(ProjectFacts project, String key) {
        return database.read(sql -> groups.find(sql, project.id(), key))
                .orElseThrow(() -> ApiException.notFound("Resource Group"));
    }

    private static Map<String, @Nullable Object> shape(ResourceGroupRecord group) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", group.id());
        body.put("key", group.key());
        body.put("process_mode", group.mode().wire());
        body.put("created_at", group.createdAt());
        body.put("updated_at", group.updatedAt());
        return body;
    }
}
