package dev.tandem.server.build.downstream;

import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.schedule.CreationOutcome;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.schedule.JobResult;
import dev.tandem.server.build.schedule.PipelineCreation;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.ServerUrls;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Starts what trigger jobs ask for, finds what mirroring jobs show, and tells the job's log about it. May be told of the same job again at any moment: a job makes one
 * pipeline at most.
 */
@Component
public final class Downstreams {
    private final BridgeReader bridges;
    private final Orders orders;
    private final Mirrors mirrors;
    private final PipelineCreation creation;
    private final JobFlow flow;
    private final JobLogs logs;
    private final Projects projects;
    private final ServerUrls urls;
    private final Database database;

    Downstreams(
            BridgeReader bridges,
            Orders orders,
            Mirrors mirrors,
            PipelineCreation creation,
            JobFlow flow,
            JobLogs logs,
            Projects projects,
            ServerUrls urls,
            Database database) {
        this.bridges = bridges;
        this.orders = orders;
        this.mirrors = mirrors;
        this.creation = creation;
        this.flow = flow;
        this.logs = logs;
        this.projects = projects;
        this.urls = urls;
        this.database = database;
    }

    /** The turn of this trigger job came. Reads repositories and may fetch files, so not to be called in a transaction. */
    public void start(long jobId) {
        bridges.read(jobId).ifPresent(bridge -> {
            String mirrored = bridge.plan().mirrors();
            if (mirrored != null) {
                mirror(bridge, mirrored);
                return;
            }
            switch (orders.of(bridge)) {
                case Order.Refused(String reason, String why) -> fail(jobId, reason, why);
                case Order.Wanted wanted -> create(jobId, wanted);
            }
        });
    }

    private void mirror(Bridge bridge, String path) {
        long jobId = bridge.job().id();
        switch (mirrors.of(bridge, path)) {
            case Mirrors.Outcome.Refused(String reason, String why) -> fail(jobId, reason, why);
            case Mirrors.Outcome.Found(PipelineRecord pipeline) -> {
                say(jobId, "Shows the status of " + address(pipeline));
                database.write(tx -> flow.mirror(tx, jobId, pipeline.id()));
            }
        }
    }

    private void create(long jobId, Order.Wanted wanted) {
        switch (creation.create(wanted.wish())) {
            case CreationOutcome.Created(PipelineRecord pipeline)
            when pipeline.invalid() ->
                fail(
                        jobId,
                        "downstream_pipeline_creation_failed",
                        "The configuration has errors: " + address(pipeline));
            case CreationOutcome.Created(PipelineRecord pipeline) -> {
                say(jobId, "Triggered " + wanted.what() + ": " + address(pipeline));
                database.write(tx -> flow.triggered(tx, jobId));
            }
            case CreationOutcome.None(String why) ->
                fail(
                        jobId,
                        "downstream_pipeline_creation_failed",
                        "Triggering " + wanted.what() + " made no pipeline: " + why + ".");
        }
    }

    private void fail(long jobId, String reason, String why) {
        say(jobId, why);
        database.write(tx -> flow.finish(tx, jobId, new JobResult.Failed(reason, 0)));
    }

    private void say(long jobId, String line) {
        logs.append(jobId, 0, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private String address(PipelineRecord pipeline) {
        Optional<Project> project = projects.find(pipeline.projectId());
        return urls.external() + "/" + project.map(Project::fullPath).orElse("-") + "/-/pipelines/" + pipeline.id();
    }
}
