package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.platform.access.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets what jobs left behind, on a public project. */
class ArtifactAccessTest {
    private static final List<String> JOBS = List.of("open", "hidden", "guarded", "nobodys", "legacy");

    @TempDir
    static Path folder;

    private static BuildServer build;
    private static Repo repo;
    private static Map<String, Long> jobs;

    @BeforeAll
    static void start() throws IOException {
        build = BuildServer.start(folder);
        repo = build.project("access", """
                stages: [make, use]
                open: {stage: make, script: [echo], artifacts: {paths: [a], access: all}}
                hidden: {stage: make, script: [echo], artifacts: {paths: [a], access: developer}}
                guarded: {stage: make, script: [echo], artifacts: {paths: [a], access: maintainer}}
                nobodys: {stage: make, script: [echo], artifacts: {paths: [a], access: none}}
                legacy: {stage: make, script: [echo], artifacts: {paths: [a], public: false}}
                use: {stage: use, script: [echo]}
                """);
        build.server().api("PUT", "/projects/" + repo.id(), RunningServer.TOKEN, "{\"visibility\":\"public\"}");
        var pipeline = build.awaitPipeline(repo, 0);
        assertThat(pipeline.problems()).isEmpty();
        ScriptedRunner runner = build.runner();
        for (int i = 0; i < JOBS.size(); i++) {
            Given job = runner.takeAndStart();
            runner.upload(job, "", "artifacts.zip", zip());
            runner.finishTaken(job, "", "success", "");
        }
        jobs = new LinkedHashMap<>();
        for (JobRecord job : build.jobs(pipeline.id())) {
            jobs.put(job.name(), job.id());
        }
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @Test
    void eachGetsWhatTheJobAllows() {
        assertThat(answers(null)).containsExactly(200, 401, 401, 401, 401);
        assertThat(answers(build.person("rita", repo, Optional.of(Role.REPORTER))))
                .containsExactly(200, 403, 403, 403, 403);
        assertThat(answers(build.person("dan", repo, Optional.of(Role.DEVELOPER))))
                .containsExactly(200, 200, 403, 403, 200);
        assertThat(answers(build.person("mona", repo, Optional.of(Role.MAINTAINER))))
                .containsExactly(200, 200, 200, 403, 200);
        assertThat(answers(RunningServer.TOKEN)).containsExactly(200, 200, 200, 403, 200);
    }

    @Test
    void pagesShowThatThereIsSomethingAndDoNotHandItOut() {
        RunningServer.Browser root = build.server().browser();
        root.signIn("root", RunningServer.PASSWORD);
        String page = "/root/access/-/jobs/" + jobs.get("nobodys");
        assertThat(root.get(page).body())
                .contains("artifacts.zip", "fewer people")
                .doesNotContain("artifacts/download", "artifacts/browse");
        for (String rest : List.of("/artifacts/download", "/artifacts/browse", "/artifacts/file?path=a")) {
            assertThat(root.get(page + rest).statusCode()).isEqualTo(403);
        }
        String hidden = "/root/access/-/jobs/" + jobs.get("hidden");
        assertThat(root.get(hidden).body()).contains("artifacts/download");
        assertThat(root.get(hidden + "/artifacts/file?path=a").body()).isEqualTo("content");
        RunningServer.Browser nobody = build.server().browser();
        assertThat(nobody.get(hidden).body()).contains("fewer people");
        assertThat(nobody.get(hidden + "/artifacts/download").statusCode()).isIn(302, 401);
    }

    @Test
    void aLaterJobGetsThemAll() {
        Given later = build.runner().takeAndStart();

        assertThat(later.payload().get("dependencies")).hasSize(JOBS.size());
        assertThat(build.runner()
                        .download(jobs.get("nobodys"), later.token(), "")
                        .statusCode())
                .isEqualTo(200);
    }

    private static List<Integer> answers(String token) {
        return JOBS.stream()
                .map(name -> {
                    String artifacts = "/projects/" + repo.id() + "/jobs/" + jobs.get(name) + "/artifacts";
                    int whole =
                            build.server().api("GET", artifacts, token, null).statusCode();
                    assertThat(build.server()
                                    .api("GET", artifacts + "/a", token, null)
                                    .statusCode())
                            .isEqualTo(whole);
                    return whole;
                })
                .toList();
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("a"));
            zip.write("content".getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
