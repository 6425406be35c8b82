package dev.tandem.server.build.web;

import dev.tandem.server.build.artifacts.ArchiveView;
import dev.tandem.server.build.artifacts.ArtifactRights;
import dev.tandem.server.build.artifacts.JobArtifacts;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The newest artifacts of a branch or tag, for whoever knows the job's name but not its number. */
@RestController
class RefArtifactApi {
    private static final String PATH = "/api/v4/projects/{id}/jobs/artifacts/{ref}";
    private static final int LARGEST_FILE = 64 * 1024 * 1024;

    private final JobStore jobs;
    private final JobArtifacts artifacts;
    private final ArtifactRights rights;
    private final ArchiveView archives;
    private final Database database;

    RefArtifactApi(
            JobStore jobs, JobArtifacts artifacts, ArtifactRights rights, ArchiveView archives, Database database) {
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.rights = rights;
        this.archives = archives;
        this.database = database;
    }

    @GetMapping(PATH + "/download")
    @Requires(Permission.READ_PIPELINE)
    void archive(
            ProjectFacts project,
            Actor actor,
            @PathVariable("ref") String ref,
            Parameters parameters,
            HttpServletResponse response)
            throws IOException {
        Downloads.send(response, artifacts, find(project, actor, ref, parameters));
    }

    @GetMapping(PATH + "/raw/{*path}")
    @Requires(Permission.READ_PIPELINE)
    void file(
            ProjectFacts project,
            Actor actor,
            @PathVariable("ref") String ref,
            @PathVariable("path") String path,
            Parameters parameters,
            HttpServletResponse response)
            throws IOException {
        String inside = path.startsWith("/") ? path.substring(1) : path;
        byte[] content = archives.file(find(project, actor, ref, parameters), inside, LARGEST_FILE)
                .orElseThrow(() -> ApiException.notFound("File"));
        Downloads.head(response, inside.substring(inside.lastIndexOf('/') + 1), content.length);
        response.getOutputStream().write(content);
    }

    private ArtifactRecord find(ProjectFacts project, Actor actor, String ref, Parameters parameters) {
        String name = parameters.requiredText("job");
        JobRecord job = database.read(sql -> jobs.ofLastSuccess(sql, project.id(), ref, name))
                .orElseThrow(() -> ApiException.notFound("Job"));
        rights.require(actor, job);
        return artifacts.find(job.id(), "archive").orElseThrow(() -> ApiException.notFound("Artifacts"));
    }
}
