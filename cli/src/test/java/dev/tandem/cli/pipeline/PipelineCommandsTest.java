package dev.tandem.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** lint and plan as a person or a program calls them. */
class PipelineCommandsTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Callable<Integer> command, String... arguments) {
        List<String> all =
                new ArrayList<>(List.of(folder.resolve(".gitlab-ci.yml").toString()));
        all.addAll(List.of(arguments));
        CommandLine line = new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute(all.toArray(String[]::new));
    }

    private void config(String text) throws IOException {
        Files.writeString(folder.resolve(".gitlab-ci.yml"), text);
    }

    private JsonNode plan(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        run(new PlanCommand(), all.toArray(String[]::new));
        return JsonMapper.shared().readTree(out.toString());
    }

    @Test
    void lintShowsTheLineWithACaret() throws IOException {
        config("job:\n  script: [make]\n  stag: build\n");
        assertThat(run(new LintCommand())).isEqualTo(1);
        assertThat(out.toString()).contains("""
                .gitlab-ci.yml:3:3: error[unknown-key]: 'stag' is not a keyword of job
                  3 |   stag: build
                    |   ^
                  hint: did you mean 'stage'?
                .gitlab-ci.yml is not valid: 1 error
                """);
    }

    @Test
    void lintEndsByWhatItFound() throws IOException {
        config("job: {script: [make]}\n");
        assertThat(run(new LintCommand())).isZero();
        Files.delete(folder.resolve(".gitlab-ci.yml"));
        assertThat(run(new LintCommand())).isEqualTo(2);
        assertThat(err.toString()).contains("there is no such file");
    }

    @Test
    void lintDoesNotAskForOnePipeline() throws IOException {
        config("a: {stage: build, script: [x], rules: [{if: $NO}]}\nb: {script: [x], needs: [a]}\n");
        assertThat(run(new LintCommand())).isZero();
        assertThat(run(new PlanCommand())).isEqualTo(1);
    }

    @Test
    void missingIncludesMayBeWarnings() throws IOException {
        config("include: {project: a/b, file: c.yml}\njob: {extends: .c, script: [make]}\n");
        assertThat(run(new LintCommand())).isEqualTo(1);
        assertThat(run(new LintCommand(), "--missing-includes=warn", "--json")).isZero();
        assertThat(out.toString()).contains("\"severity\": \"warning\"");
    }

    @Test
    void linksLeadNowhereOutside() throws IOException {
        Path secret = Files.createTempFile("tandem-secret", ".yml");
        Files.writeString(secret, "leaked: {script: [x]}\n");
        Files.createSymbolicLink(folder.resolve("link.yml"), secret);
        config("include: link.yml\njob: {script: [make]}\n");
        assertThat(run(new LintCommand())).isEqualTo(1);
        assertThat(out.toString()).contains("include-not-found");
        Files.delete(secret);
    }

    @Test
    void planShowsJobsWithTheirVariables() throws IOException {
        config("""
                stages: [build, test]
                variables: {A: root, B: "$A-b"}
                test:
                  stage: test
                  needs: [{job: build, optional: true}]
                  script: [make test]
                  parallel: {matrix: [{OS: [linux, mac], V: 17}]}
                  retry: 1
                  timeout: 1h 30m
                build: {stage: build, script: [make], image: "alpine:3", artifacts: {paths: [out]}}
                """);
        JsonNode plan = plan("--var", "A=given", "--ref", "topic");
        assertThat(plan.at("/valid").asBoolean()).isTrue();
        assertThat(plan.at("/workflow/runs").asBoolean()).isTrue();
        assertThat(plan.at("/jobs").valueStream().map(job -> job.at("/name").asString()))
                .containsExactly("build", "test: [linux, 17]", "test: [mac, 17]");
        JsonNode test = plan.at("/jobs/1");
        assertThat(test.at("/variables/B").asString()).isEqualTo("given-b");
        assertThat(test.at("/variables/OS").asString()).isEqualTo("linux");
        assertThat(test.at("/needs/0/job").asString()).isEqualTo("build");
        assertThat(test.at("/timeout_seconds").asInt()).isEqualTo(5400);
        assertThat(plan.at("/jobs/0/needs").isNull()).isTrue();
        assertThat(plan.at("/jobs/0/image/name").asString()).isEqualTo("alpine:3");
    }

    @Test
    void planFollowsSourceTagAndChanges() throws IOException {
        config("""
                mr: {script: [x], rules: [{if: $CI_PIPELINE_SOURCE == "merge_request_event"}]}
                tag: {script: [x], rules: [{if: $CI_COMMIT_TAG}]}
                docs: {script: [x], rules: [{changes: [docs/*]}]}
                """);
        assertThat(plan("--source", "merge_request_event", "--changed", "src/a.c")
                        .at("/jobs/0/name")
                        .asString())
                .isEqualTo("mr");
        out.getBuffer().setLength(0);
        assertThat(plan("--tag", "v1", "--changed", "docs/a").at("/jobs").size())
                .isEqualTo(2);
        out.getBuffer().setLength(0);
        assertThat(plan("--changed", "src/a.c").at("/workflow/runs").asBoolean(true))
                .isFalse();
    }

    @Test
    void planShowsWhatComesFromOtherPipelines() throws IOException {
        config("""
                mirror: {needs: {pipeline: lib/core}}
                job: {script: [x], needs: [{project: lib/core, job: make, ref: main}]}
                """);
        JsonNode plan = plan();
        assertThat(plan.at("/jobs/0/mirrors").asString()).isEqualTo("lib/core");
        assertThat(plan.at("/jobs/1/outside_needs/0/project").asString()).isEqualTo("lib/core");
        assertThat(plan.at("/jobs/1/outside_needs/0/artifacts").asBoolean()).isTrue();
    }

    @Test
    void planShowsReleasesAndTokens() throws IOException {
        config("""
                job:
                  script: [x]
                  id_tokens: {VAULT: {aud: [one, two]}}
                  release: {tag_name: v$N, description: d, assets: {links: [{name: n, url: "https://example.org"}]}}
                """);
        JsonNode job = plan().at("/jobs/0");
        assertThat(job.at("/id_tokens/VAULT/1").asString()).isEqualTo("two");
        assertThat(job.at("/release/tag_name").asString()).isEqualTo("v$N");
        assertThat(job.at("/release/links/0/link_type").asString()).isEqualTo("other");
    }

    @Test
    void planTakesInputs() throws IOException {
        config("spec: {inputs: {n: {type: number}}}\n---\nj: {script: [x], parallel: \"$[[ inputs.n ]]\"}\n");
        assertThat(plan("--inputs", "n=2").at("/jobs").size()).isEqualTo(2);
    }

    @Test
    void controlCharactersStayVisible() {
        assertThat(Json.of(List.of("a\u001b[31m\"\\\n"))).isEqualTo("[\n  \"a\\u001b[31m\\\"\\\\\\n\"\n]\n");
    }
}
