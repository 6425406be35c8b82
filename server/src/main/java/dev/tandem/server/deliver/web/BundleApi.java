package dev.tandem.server.deliver.web;

import dev.tandem.server.build.JobFacts;
import dev.tandem.server.build.Jobs;
import dev.tandem.server.deliver.ReleaseBundle;
import dev.tandem.server.deliver.ReleaseBundles;
import dev.tandem.server.deliver.ReleaseBundles.Upload;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** Release bundles: up, and what is known of them. */
@RestController
class BundleApi {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final ReleaseBundles bundles;
    private final Jobs jobs;

    BundleApi(ReleaseBundles bundles, Jobs jobs) {
        this.bundles = bundles;
        this.jobs = jobs;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record BundleJson(
            long projectId,
            String sha256,
            @Nullable Long jobId,
            @Nullable String commit,
            long size,
            Instant createdAt) {
        static BundleJson of(ReleaseBundle bundle) {
            return new BundleJson(
                    bundle.projectId(),
                    bundle.sha256(),
                    bundle.jobId(),
                    bundle.commitSha(),
                    bundle.sizeBytes(),
                    bundle.createdAt());
        }
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/tandem/v1/projects/{id}/bundles/{sha256}")
    BundleJson bundle(ProjectFacts project, @PathVariable String sha256) {
        return bundles.find(project.id(), sha256)
                .map(BundleJson::of)
                .orElseThrow(() -> ApiException.notFound("Bundle"));
    }

    @Requires(Permission.DEPLOY)
    @PutMapping("/api/tandem/v1/projects/{id}/bundles/{sha256}")
    ResponseEntity<BundleJson> upload(
            ProjectFacts project, Actor actor, @PathVariable String sha256, HttpServletRequest request)
            throws IOException {
        if (!SHA256.matcher(sha256).matches()) {
            throw new ApiException(400, "A bundle's name is its SHA-256: 64 lower-case hexadecimal digits.");
        }
        @Nullable
        JobFacts job = actor instanceof Actor.Job by ? jobs.facts(by.jobId()).orElse(null) : null;
        Upload upload;
        try (InputStream content = request.getInputStream()) {
            upload = bundles.accept(
                    project.id(), sha256, job == null ? null : job.jobId(), job == null ? null : job.sha(), content);
        }
        return switch (upload) {
            case Upload.Stored stored ->
                ResponseEntity.status(stored.created() ? 201 : 200).body(BundleJson.of(stored.bundle()));
            case Upload.TooLarge large ->
                throw new ApiException(
                        413,
                        "The bundle is larger than " + large.limitBytes() / 1024 / 1024
                                + " MB. Leave out what the service does not need, or ask an administrator to raise"
                                + " max-artifact-megabytes.");
            case Upload.Rejected rejected -> throw new ApiException(400, rejected.reason());
        };
    }
}
