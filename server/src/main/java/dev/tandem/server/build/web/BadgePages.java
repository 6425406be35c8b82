package dev.tandem.server.build.web;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Pictures of a branch's state at the addresses that GitLab gives them, for whoever may see its pipelines. */
@Controller
class BadgePages {
    private static final Duration FRESH = Duration.ofSeconds(30);
    private static final String PIPELINE = "/pipeline.svg";
    private static final String COVERAGE = "/coverage.svg";

    private final Lookup lookup;

    BadgePages(Lookup lookup) {
        this.lookup = lookup;
    }

    /** {@code rest}: {@code /BRANCH/pipeline.svg} or {@code /BRANCH/coverage.svg}; a branch may hold slashes. */
    @GetMapping("/{project}/-/badges/{*rest}")
    @Requires(Permission.READ_PIPELINE)
    ResponseEntity<String> badge(
            ProjectFacts project,
            @PathVariable("rest") String rest,
            @RequestParam(name = "job", required = false) Optional<String> job) {
        if (rest.endsWith(PIPELINE)) {
            return picture(project, pipeline(project, ref(rest, PIPELINE)));
        }
        if (rest.endsWith(COVERAGE)) {
            return picture(project, coverage(project, ref(rest, COVERAGE), job));
        }
        throw ApiException.notFound("Badge");
    }

    private static String ref(String rest, String picture) {
        String ref = rest.substring(0, rest.length() - picture.length());
        return ref.startsWith("/") ? ref.substring(1) : ref;
    }

    private Badge pipeline(ProjectFacts project, String ref) {
        Optional<PipelineRecord> last = newest(project, ref, null);
        return new Badge(
                "pipeline",
                last.map(BadgePages::word).orElse("unknown"),
                last.map(pipeline -> colour(pipeline.status())).orElse(Badge.Colour.GREY));
    }

    private Badge coverage(ProjectFacts project, String ref, Optional<String> job) {
        List<JobRecord> jobs = newest(project, ref, JobStatus.SUCCESS).stream()
                .flatMap(pipeline -> lookup.jobs(pipeline.id(), false).stream())
                .filter(one -> job.isEmpty() || one.name().equals(job.get()))
                .toList();
        Optional<BigDecimal> found = lookup.coverage(jobs);
        return new Badge(
                "coverage",
                found.map(percent -> percent.setScale(2, RoundingMode.HALF_UP).toPlainString() + "%")
                        .orElse("unknown"),
                found.map(BadgePages::colour).orElse(Badge.Colour.GREY));
    }

    private Optional<PipelineRecord> newest(
            ProjectFacts project, String ref, @org.jspecify.annotations.Nullable JobStatus status) {
        PipelineStore.Filter filter = new PipelineStore.Filter(ref, null, status, null, null);
        return lookup.pipelines(project.id(), filter, 0, 1).stream().findFirst();
    }

    private static String word(PipelineRecord pipeline) {
        return pipeline.status() == JobStatus.SUCCESS
                ? "passed"
                : pipeline.status().wire().replace('_', ' ');
    }

    private static Badge.Colour colour(JobStatus status) {
        return switch (status) {
            case SUCCESS -> Badge.Colour.GREEN;
            case FAILED -> Badge.Colour.RED;
            case RUNNING -> Badge.Colour.BLUE;
            case PENDING, PREPARING, WAITING_FOR_RESOURCE -> Badge.Colour.AMBER;
            case CREATED, MANUAL, SCHEDULED, CANCELED, CANCELING, SKIPPED -> Badge.Colour.GREY;
        };
    }

    /** GitLab's steps: good from 95 percent on, acceptable from 90, medium from 75. */
    private static Badge.Colour colour(BigDecimal percent) {
        if (percent.intValue() >= 90) {
            return Badge.Colour.GREEN;
        }
        return percent.intValue() >= 75 ? Badge.Colour.AMBER : Badge.Colour.RED;
    }

    /** Nothing may run in it, and no shared cache may keep what not everybody sees. */
    private static ResponseEntity<String> picture(ProjectFacts project, Badge badge) {
        CacheControl fresh = CacheControl.maxAge(FRESH);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("image/svg+xml;charset=UTF-8"))
                .cacheControl(project.isPublic() ? fresh.cachePublic() : fresh.cachePrivate())
                .header("Content-Security-Policy", "sandbox; default-src 'none'")
                .body(badge.svg());
    }
}
