package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts by ref and job name. */
class RefArtifactTest {
    @TempDir
    Path folder;

    @Test
    void theNewestOfASuccessfulPipelineAreHadByName() throws IOException {
        try (BuildServer build = BuildServer.start(folder)) {
            Repo repo = build.project("named", """
                    stages: [make, use]
                    make: {stage: make, script: [echo], artifacts: {paths: [a]}}
                    use: {stage: use, script: [echo]}
                    """);
            build.awaitPipeline(repo, 0);
            ScriptedRunner runner = build.runner();
            Given make = runner.takeAndStart();
            runner.upload(make, "", "artifacts.zip", zip());
            runner.finishTaken(make, "", "success", "");
            Given use = runner.takeAndStart();

            assertThat(get(build, repo, "main/download?job=make").statusCode()).isEqualTo(404);
            runner.finishTaken(use, "", "success", "");
            assertThat(get(build, repo, "main/raw/a?job=make").body()).isEqualTo("content");
            assertThat(get(build, repo, "main/download?job=make")
                            .headers()
                            .firstValue("Content-Disposition")
                            .orElse(""))
                    .contains("artifacts.zip");
            assertThat(get(build, repo, "main/raw/b?job=make").statusCode()).isEqualTo(404);
            assertThat(get(build, repo, "main/download?job=use").statusCode()).isEqualTo(404);
            assertThat(get(build, repo, "other/download?job=make").statusCode()).isEqualTo(404);
            assertThat(get(build, repo, "main/download").statusCode()).isEqualTo(400);
        }
    }

    private static HttpResponse<String> get(BuildServer build, Repo repo, String rest) {
        return build.server()
                .api("GET", "/projects/" + repo.id() + "/jobs/artifacts/" + rest, RunningServer.TOKEN, null);
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
