package dev.tandem.server.build.variables;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.ServerUrls;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** GitLab's predefined variables, by when they are known. Values are literal: nothing in them is expanded. */
public final class PredefinedVariables {
    /** The GitLab whose conventions we follow, for scripts that ask. */
    private static final String SERVER_VERSION = "18.5.0";

    private static final int LONGEST_MESSAGE = 32_000;

    private final ServerUrls urls;
    private final Namespaces namespaces;

    public PredefinedVariables(ServerUrls urls, Namespaces namespaces) {
        this.namespaces = namespaces;
        this.urls = urls;
    }

    /** What a pipeline is made from. */
    public record Origin(
            Project project,
            Commit commit,
            String ref,
            boolean tag,
            boolean refProtected,
            String before,
            String source,
            Instant createdAt,
            User user) {}

    /** Known before the pipeline exists; usable in rules and includes. */
    public List<Variable> beforePipeline(Origin origin) {
        List<Variable> all = new ArrayList<>();
        server(all);
        project(all, origin.project());
        commit(all, origin);
        add(all, "CI_PIPELINE_SOURCE", origin.source());
        if (origin.source().equals("trigger")) {
            add(all, "CI_PIPELINE_TRIGGERED", "true");
        }
        add(all, "CI_PIPELINE_CREATED_AT", seconds(origin.createdAt()));
        add(all, "GITLAB_USER_ID", origin.user().id().toString());
        add(all, "GITLAB_USER_LOGIN", origin.user().username());
        add(all, "GITLAB_USER_NAME", origin.user().name());
        add(all, "GITLAB_USER_EMAIL", origin.user().email());
        return all;
    }

    /** Known once the pipeline exists; trigger jobs see no others. */
    public List<Variable> ofPipeline(PipelineRecord pipeline, String projectPath) {
        List<Variable> all = new ArrayList<>();
        add(all, "CI_PIPELINE_ID", Long.toString(pipeline.id()));
        add(all, "CI_PIPELINE_IID", Long.toString(pipeline.iid()));
        add(all, "CI_PIPELINE_URL", urls.external() + "/" + projectPath + "/-/pipelines/" + pipeline.id());
        if (pipeline.name() != null) {
            add(all, "CI_PIPELINE_NAME", pipeline.name());
        }
        return all;
    }

    /** Known once a runner has the job. */
    public List<Variable> ofJob(PipelineRecord pipeline, JobRecord job, String projectPath, RunnerRecord runner) {
        String project = urls.external() + "/" + projectPath;
        List<Variable> all = ofPipeline(pipeline, projectPath);
        add(all, "CI_JOB_ID", Long.toString(job.id()));
        add(all, "CI_JOB_URL", project + "/-/jobs/" + job.id());
        add(all, "CI_JOB_TIMEOUT", Long.toString(job.timeout().toSeconds()));
        if (job.manual()) {
            add(all, "CI_JOB_MANUAL", "true");
        }
        add(all, "CI_RUNNER_ID", Long.toString(runner.id()));
        add(all, "CI_RUNNER_DESCRIPTION", runner.description());
        add(all, "CI_RUNNER_TAGS", tags(runner.tags()));
        return all;
    }

    private void server(List<Variable> all) {
        URI url = urls.external();
        String port =
                Integer.toString(url.getPort() < 0 ? (url.getScheme().equals("https") ? 443 : 80) : url.getPort());
        add(all, "CI", "true");
        add(all, "GITLAB_CI", "true");
        add(all, "CI_SERVER_URL", url.toString());
        add(all, "CI_SERVER_HOST", url.getHost());
        add(all, "CI_SERVER_FQDN", url.getRawAuthority());
        add(all, "CI_SERVER_PORT", port);
        add(all, "CI_SERVER_PROTOCOL", url.getScheme());
        add(all, "CI_SERVER_NAME", "Tandem");
        add(all, "CI_SERVER_VERSION", SERVER_VERSION);
        String[] version = SERVER_VERSION.split("\\.", -1);
        add(all, "CI_SERVER_VERSION_MAJOR", version[0]);
        add(all, "CI_SERVER_VERSION_MINOR", version[1]);
        add(all, "CI_SERVER_VERSION_PATCH", version[2]);
        add(all, "CI_SERVER_REVISION", "");
        add(all, "CI_API_V4_URL", url + "/api/v4");
        add(all, "CI_CONFIG_PATH", ".gitlab-ci.yml");
    }

    private void project(List<Variable> all, Project project) {
        add(all, "CI_PROJECT_ID", Long.toString(project.id()));
        add(all, "CI_PROJECT_NAME", project.path());
        add(all, "CI_PROJECT_TITLE", project.name());
        add(all, "CI_PROJECT_DESCRIPTION", project.description());
        add(all, "CI_PROJECT_PATH", project.fullPath());
        add(all, "CI_PROJECT_PATH_SLUG", Slug.of(project.fullPath()));
        add(all, "CI_PROJECT_NAMESPACE", project.namespace());
        namespaces
                .holding(project.id())
                .ifPresent(holder -> add(all, "CI_PROJECT_NAMESPACE_ID", Long.toString(holder.id())));
        add(all, "CI_PROJECT_NAMESPACE_SLUG", Slug.of(project.namespace()));
        add(all, "CI_PROJECT_ROOT_NAMESPACE", project.namespace().split("/", -1)[0]);
        add(all, "CI_PROJECT_URL", urls.external() + "/" + project.fullPath());
        add(all, "CI_PROJECT_VISIBILITY", project.isPublic() ? "public" : "private");
        add(all, "CI_PAGES_URL", urls.external() + "/pages/" + project.fullPath());
        add(all, "CI_DEFAULT_BRANCH", project.defaultBranch());
    }

    private static void commit(List<Variable> all, Origin origin) {
        Commit commit = origin.commit();
        String message = commit.message().length() > LONGEST_MESSAGE
                ? commit.message().substring(0, LONGEST_MESSAGE)
                : commit.message();
        int body = message.indexOf("\n\n");
        add(all, "CI_COMMIT_SHA", commit.sha());
        add(all, "CI_COMMIT_SHORT_SHA", commit.shortSha());
        add(all, "CI_COMMIT_BEFORE_SHA", origin.before().isEmpty() ? RefUpdated.ZERO : origin.before());
        add(all, "CI_COMMIT_REF_NAME", origin.ref());
        add(all, "CI_COMMIT_REF_SLUG", Slug.of(origin.ref()));
        add(all, "CI_COMMIT_REF_PROTECTED", Boolean.toString(origin.refProtected()));
        add(all, origin.tag() ? "CI_COMMIT_TAG" : "CI_COMMIT_BRANCH", origin.ref());
        add(all, "CI_COMMIT_MESSAGE", message);
        add(all, "CI_COMMIT_TITLE", commit.title());
        add(all, "CI_COMMIT_DESCRIPTION", body < 0 ? "" : message.substring(body + 2));
        add(all, "CI_COMMIT_AUTHOR", commit.authorName() + " <" + commit.authorEmail() + ">");
        add(all, "CI_COMMIT_TIMESTAMP", seconds(commit.committedAt()));
    }

    private static String tags(List<String> tags) {
        return "["
                + String.join(", ", tags.stream().map(tag -> "\"" + tag + "\"").toList()) + "]";
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void add(List<Variable> all, String key, String value) {
        all.add(Variable.raw(key, value));
    }
}
