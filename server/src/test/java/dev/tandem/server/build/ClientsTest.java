package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.gitlab4j.api.GitLabApi;
import org.gitlab4j.api.GitLabApiException;
import org.gitlab4j.api.models.AccessLevel;
import org.gitlab4j.api.models.Commit;
import org.gitlab4j.api.models.CommitAction;
import org.gitlab4j.api.models.CommitStatus;
import org.gitlab4j.api.models.CommitStatusFilter;
import org.gitlab4j.api.models.Job;
import org.gitlab4j.api.models.Member;
import org.gitlab4j.api.models.Pipeline;
import org.gitlab4j.api.models.PipelineFilter;
import org.gitlab4j.api.models.PipelineSchedule;
import org.gitlab4j.api.models.Project;
import org.gitlab4j.api.models.RepositoryFile;
import org.gitlab4j.api.models.Trigger;
import org.gitlab4j.models.Constants.CommitBuildState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The libraries that others write their programs with, as they are, on the resources that we serve. */
class ClientsTest {
    private static final String CONFIG = """
            test: {script: [echo], rules: [{when: always}]}
            ship: {script: [echo], when: manual}
            """;

    @TempDir
    static Path folder;

    private static BuildServer build;
    private static RunningServer server;
    private static GitLabApi api;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
        server = build.server();
        api = new GitLabApi(server.uri().toString(), RunningServer.TOKEN);
    }

    @AfterAll
    static void stop() {
        api.close();
        build.close();
    }

    @Test
    void gitlab4jWorksWithPeopleAndProjects() throws GitLabApiException {
        build.person("ann", build.project("other", CONFIG), Optional.empty());
        assertThat(api.getVersion().getVersion()).isNotBlank();
        assertThat(api.getUserApi().getCurrentUser().getUsername()).isEqualTo("root");
        long ann = api.getUserApi().getUser("ann").getId();
        Project made = project("people");

        assertThat(api.getProjectApi().getProject("root/people").getId()).isEqualTo(made.getId());
        assertThat(api.getProjectApi().getProjects("peop"))
                .extracting(Project::getPath)
                .containsExactly("people");
        assertThat(api.getProjectApi().getMemberProjects())
                .extracting(Project::getPath)
                .contains("people");
        api.getProjectApi().addMember(made.getId(), ann, AccessLevel.DEVELOPER);
        api.getProjectApi().updateMember(made.getId(), ann, AccessLevel.MAINTAINER);
        assertThat(api.getProjectApi().getMember(made.getId(), ann).getAccessLevel())
                .isEqualTo(AccessLevel.MAINTAINER);
        assertThat(api.getProjectApi().getMembers(made.getId()))
                .extracting(Member::getUsername)
                .contains("ann");
        api.getProjectApi().removeMember(made.getId(), ann);
        api.getProjectApi().createVariable(made.getId(), "LEVEL", "debug", false);
        api.getProjectApi().updateVariable(made.getId(), "LEVEL", "info", true);
        assertThat(api.getProjectApi().getVariable(made.getId(), "LEVEL").getValue())
                .isEqualTo("info");
        assertThat(api.getProjectApi().getVariables(made.getId())).hasSize(1);
        api.getProjectApi().deleteVariable(made.getId(), "LEVEL");
        api.getProjectApi().deleteProject(made.getId());
        assertThat(api.getProjectApi().getOptionalProject("root/people")).isEmpty();
    }

    @Test
    void gitlab4jWorksWithARepository() throws GitLabApiException, IOException {
        long id = project("repository").getId();
        RepositoryFile file = new RepositoryFile();
        file.setFilePath("docs/a b.txt");
        file.setContent("one\n");
        api.getRepositoryFileApi().createFile(id, file, "main", "Add");
        file.setContent("two\n");
        api.getRepositoryFileApi().updateFile(id, file, "main", "Change");
        assertThat(api.getRepositoryFileApi()
                        .getFile(id, "docs/a b.txt", "main")
                        .getDecodedContentAsString())
                .isEqualTo("two\n");
        try (var raw = api.getRepositoryFileApi().getRawFile(id, "main", "docs/a b.txt")) {
            assertThat(raw).hasContent("two\n");
        }
        assertThat(api.getRepositoryApi().getTree(id, "docs", "main")).hasSize(1);
        api.getRepositoryApi().createBranch(id, "feature/x", "main");
        CommitAction action = new CommitAction()
                .withAction(CommitAction.Action.CREATE)
                .withFilePath("b.txt")
                .withContent("b\n");
        Commit commit = api.getCommitsApi().createCommit(id, "feature/x", "More", null, null, null, action);
        assertThat(api.getCommitsApi().getCommits(id, "feature/x", null))
                .extracting(Commit::getTitle)
                .startsWith("More");
        assertThat(api.getCommitsApi().getCommit(id, commit.getId()).getStats().getAdditions())
                .isEqualTo(1);
        assertThat(api.getCommitsApi().getDiff(id, commit.getId())).hasSize(1);
        assertThat(api.getRepositoryApi().compare(id, "main", "feature/x").getCommits())
                .hasSize(1);
        assertThat(api.getRepositoryApi().getBranches(id)).hasSize(2);
        assertThat(api.getRepositoryApi().getBranch(id, "feature/x").getCommit().getId())
                .isEqualTo(commit.getId());
        api.getTagsApi().createTag(id, "v1.0", "main", "First", (String) null);
        assertThat(api.getTagsApi().getTags(id)).hasSize(1);
        assertThat(api.getTagsApi().getTag(id, "v1.0").getMessage()).isEqualTo("First");
        assertThat(api.getRepositoryApi().getRepositoryArchive(id, "main", folder.toFile(), "zip"))
                .isNotEmpty();
        api.getProtectedBranchesApi().protectBranch(id, "feature/*", AccessLevel.DEVELOPER, AccessLevel.MAINTAINER);
        assertThat(api.getProtectedBranchesApi().getProtectedBranches(id))
                .extracting("name")
                .contains("feature/*");
        api.getProtectedBranchesApi().unprotectBranch(id, "feature/*");
        api.getTagsApi().deleteTag(id, "v1.0");
        api.getRepositoryApi().deleteBranch(id, "feature/x");
        api.getRepositoryFileApi().deleteFile(id, "docs/a b.txt", "main", "Remove");
    }

    @Test
    void gitlab4jWorksWithPipelinesAndTellsWhatItFound() throws GitLabApiException {
        long id = project("pipelines").getId();
        Pipeline pipeline = configured(id);
        ScriptedRunner.Given given = build.runner().takeAndStart();
        build.runner();
        List<Job> jobs = api.getJobApi().getJobsForPipeline(id, pipeline.getId());
        assertThat(jobs).extracting(Job::getName).containsExactlyInAnyOrder("test", "ship");
        assertThat(api.getJobApi().getTrace(id, given.id())).isNotNull();
        assertThat(api.getJobApi().getJobs(id)).hasSize(2);
        assertThat(api.getPipelineApi().getPipelineVariables(id, pipeline.getId()))
                .isEmpty();

        api.getCommitsApi()
                .addCommitStatus(
                        id,
                        pipeline.getSha(),
                        CommitBuildState.RUNNING,
                        new CommitStatus().withName("jenkins/build").withTargetUrl("https://ci.example.test/1"));
        CommitStatus told = api.getCommitsApi()
                .addCommitStatus(
                        id,
                        pipeline.getSha(),
                        CommitBuildState.SUCCESS,
                        new CommitStatus()
                                .withName("jenkins/build")
                                .withDescription("All well")
                                .withCoverage(81.5f));
        assertThat(told.getTargetUrl()).isEqualTo("https://ci.example.test/1");
        assertThat(api.getCommitsApi().getCommitStatuses(id, pipeline.getSha(), new CommitStatusFilter()))
                .extracting(status -> status.getName() + " " + status.getStatus())
                .containsExactlyInAnyOrder("jenkins/build success", "test running", "ship manual");
        assertThat(page("/root/pipelines/-/pipelines/" + pipeline.getId()))
                .contains("Told by other systems", "jenkins/build", "All well", "https://ci.example.test/1");

        api.getPipelineApi().cancelPipelineJobs(id, pipeline.getId());
        api.getPipelineApi().retryPipelineJob(id, pipeline.getId());
        Pipeline byHand = api.getPipelineApi().createPipeline(id, "main", Map.of("LEVEL", "debug"));
        assertThat(api.getPipelineApi().getPipelines(id, new PipelineFilter().withRef("main")))
                .extracting(Pipeline::getId)
                .contains(byHand.getId());
        PipelineSchedule schedule = new PipelineSchedule();
        schedule.setDescription("nightly");
        schedule.setRef("main");
        schedule.setCron("0 3 * * *");
        PipelineSchedule stored = api.getPipelineApi().createPipelineSchedule(id, schedule);
        api.getPipelineApi().createPipelineScheduleVariable(id, stored.getId(), "LEVEL", "debug");
        stored.setDescription("each night");
        api.getPipelineApi().updatePipelineSchedule(id, stored);
        assertThat(api.getPipelineApi().getPipelineSchedule(id, stored.getId()).getDescription())
                .isEqualTo("each night");
        assertThat(api.getPipelineApi().getPipelineSchedules(id)).hasSize(1);
        api.getPipelineApi().deletePipelineSchedule(id, stored.getId());
        Trigger trigger = api.getPipelineApi().createPipelineTrigger(id, "elsewhere");
        assertThat(api.getPipelineApi()
                        .triggerPipeline(id, trigger, "main", null)
                        .getSource())
                .isEqualTo("trigger");
        assertThat(api.getPipelineApi().getPipelineTriggers(id)).hasSize(1);
        api.getPipelineApi().deletePipelineTrigger(id, trigger.getId());
        build.cancelAll();
    }

    @Test
    void whatNoSystemMayTellIsRefused() throws GitLabApiException {
        long id = project("told").getId();
        String path = "/projects/" + id + "/statuses/" + configured(id).getSha();
        assertThat(server.sendForm("POST", "/api/v4" + path, RunningServer.TOKEN, "state=perfect")
                        .body())
                .contains("state does not have a valid value");
        assertThat(server.sendForm("POST", "/api/v4" + path, RunningServer.TOKEN, "")
                        .body())
                .contains("state is missing");
        assertThat(server.sendForm(
                                "POST",
                                "/api/v4" + path,
                                RunningServer.TOKEN,
                                "state=failed&target_url=javascript:alert(1)")
                        .body())
                .contains("target_url");
        assertThat(server.sendForm("POST", "/api/v4" + path + "0", RunningServer.TOKEN, "state=failed")
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.sendForm(
                                "POST",
                                "/api/v4" + path,
                                RunningServer.TOKEN,
                                "state=failed&name=%3Cscript%3E&description=%3Cb%3E")
                        .statusCode())
                .isEqualTo(201);
        assertThat(page("/root/told/-/pipelines")).isNotEmpty();
        build.cancelAll();
    }

    @Test
    void gitbeakerWorksWithAllOfIt() throws IOException, InterruptedException {
        Path modules = Path.of(System.getProperty("tandem.root"), "server/target/node/node_modules");
        Assumptions.assumeTrue(
                Files.isDirectory(modules.resolve("@gitbeaker/rest")), "no @gitbeaker/rest; .ci/run installs it");
        build.person("bea", build.project("another", CONFIG), Optional.empty());
        Path script = Path.of(System.getProperty("tandem.root"), "server/src/test/node/gitbeaker.mjs");
        // Beside the modules, where Node looks for them.
        Path beside = Files.copy(
                script, modules.resolveSibling("gitbeaker.mjs"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Path said = folder.resolve("gitbeaker.txt");
        Process node = new ProcessBuilder(
                        "node", beside.toString(), server.uri().toString(), RunningServer.TOKEN)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = node.waitFor(120, TimeUnit.SECONDS);
        node.destroyForcibly();

        assertThat(ended && node.exitValue() == 0)
                .as(Files.readString(said, StandardCharsets.UTF_8))
                .isTrue();
        build.cancelAll();
    }

    private static Project project(String path) throws GitLabApiException {
        return api.getProjectApi()
                .createProject(new Project()
                        .withName(path)
                        .withPath(path)
                        .withInitializeWithReadme(true)
                        .withDefaultBranch("main"));
    }

    /** Its pipeline, once there is one. */
    private static Pipeline configured(long id) throws GitLabApiException {
        RepositoryFile config = new RepositoryFile();
        config.setFilePath(".gitlab-ci.yml");
        config.setContent(CONFIG);
        api.getRepositoryFileApi().createFile(id, config, "main", "Build");
        return Await.value("the pipeline", () -> {
            try {
                return api.getPipelineApi().getPipelines(id).stream().findFirst();
            } catch (GitLabApiException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static String page(String path) {
        RunningServer.Browser browser = server.browser();
        browser.signIn("root", RunningServer.PASSWORD);
        return browser.get(path).body();
    }
}
