package dev.tandem.server.build.runners;

import dev.tandem.server.build.artifacts.JobArtifacts;
import dev.tandem.server.build.artifacts.JobArtifacts.Intake;
import dev.tandem.server.build.artifacts.OutsideSources;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.servlet.ServletRequestContext;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Artifacts in and out, by job token. Section 6 of the runner protocol. Bodies are streamed, never held in memory. */
@RestController
class ArtifactCalls {
    private final Database database;
    private final JobStore jobs;
    private final JobArtifacts artifacts;
    private final OutsideSources outside;
    private final RunningJobs running;

    ArtifactCalls(
            Database database, JobStore jobs, JobArtifacts artifacts, OutsideSources outside, RunningJobs running) {
        this.database = database;
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.outside = outside;
        this.running = running;
    }

    @PostMapping("/api/v4/jobs/{job}/artifacts")
    @Requires(Permission.MACHINE)
    ResponseEntity<Map<String, Object>> upload(
            @PathVariable("job") long jobId,
            @RequestParam(name = "expire_in", required = false) Optional<String> expireIn,
            @RequestParam(name = "artifact_format", defaultValue = "zip") String format,
            @RequestParam(name = "artifact_type", defaultValue = "archive") String type,
            HttpServletRequest request)
            throws IOException {
        JobRecord job = holder(request).filter(found -> found.id() == jobId).orElseThrow(ApiException::forbidden);
        running.heard(jobId);
        Intake intake;
        try {
            FileItemStream file = file(request);
            String name = file.getName() == null ? "artifacts" : file.getName();
            try (InputStream content = file.openStream()) {
                intake = artifacts.take(
                        job, new JobArtifacts.Upload(type, format, name, expireIn.orElse(null)), content);
            }
        } catch (FileUploadException e) {
            throw new ApiException(400, "The body is not multipart/form-data with a file: " + e.getMessage());
        }
        return switch (intake) {
            case Intake.Stored stored -> ResponseEntity.status(201).body(Map.of("message", "201 Created"));
            case Intake.TooLarge() -> throw new ApiException(413, "413 Request Entity Too Large");
            case Intake.Refused(String why) -> throw new ApiException(400, why);
        };
    }

    @GetMapping("/api/v4/jobs/{job}/artifacts")
    @Requires(Permission.MACHINE)
    void download(@PathVariable("job") long jobId, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        JobRecord asking = holder(request).orElseThrow(ApiException::forbidden);
        running.heard(asking.id());
        if (!mayDownload(asking, jobId)) {
            throw ApiException.forbidden();
        }
        ArtifactRecord archive = artifacts.find(jobId, "archive").orElseThrow(() -> ApiException.notFound("Artifacts"));
        try (InputStream content = artifacts.open(archive).orElseThrow(() -> ApiException.notFound("Artifacts"))) {
            response.setContentType("application/octet-stream");
            response.setContentLengthLong(archive.sizeBytes());
            response.setHeader("Content-Disposition", "attachment; filename=\"" + archive.filename() + "\"");
            content.transferTo(response.getOutputStream());
        }
    }

    /** A job sees its own archive and those that its plan names; of other pipelines, what its user may read now. */
    private boolean mayDownload(JobRecord asking, long jobId) {
        Optional<JobRecord> source = database.read(sql -> jobs.find(sql, jobId));
        if (source.isEmpty() || source.get().id() == asking.id()) {
            return source.isPresent();
        }
        boolean inside = source.get().pipelineId() == asking.pipelineId();
        return inside
                ? database.read(sql -> jobs.plan(sql, asking.id()))
                        .artifactsFrom()
                        .contains(source.get().name())
                : database.read(sql -> jobs.isSource(sql, asking.id(), jobId)) && outside.mayRead(asking, source.get());
    }

    private Optional<JobRecord> holder(HttpServletRequest request) {
        String token = request.getHeader("JOB-TOKEN");
        return token == null
                ? Optional.empty()
                : database.read(sql -> jobs.ofToken(sql, Tokens.hash(token)))
                        .filter(job -> job.status().isActive());
    }

    private static FileItemStream file(HttpServletRequest request) throws IOException, FileUploadException {
        FileItemIterator parts = new FileUpload().getItemIterator(new ServletRequestContext(request));
        while (parts.hasNext()) {
            FileItemStream part = parts.next();
            if (!part.isFormField() && part.getFieldName().equals("file")) {
                return part;
            }
        }
        throw new ApiException(400, "file is missing");
    }
}
