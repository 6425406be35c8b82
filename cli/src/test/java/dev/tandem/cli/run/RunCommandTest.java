package dev.tandem.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code tandem run} in real checkouts, with real shells. */
class RunCommandTest {
    @TempDir
    Path folder;

    private Path checkout;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectory(folder.resolve("checkout"));
        git("init", "-q", "-b", "main");
    }

    private void git(String... arguments) throws IOException {
        new Git(
                        checkout,
                        Map.of(
                                "GIT_AUTHOR_NAME", "Ann",
                                "GIT_AUTHOR_EMAIL", "ann@example.org",
                                "GIT_COMMITTER_NAME", "Ann",
                                "GIT_COMMITTER_EMAIL", "ann@example.org"))
                .must(arguments);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(checkout.resolve(name), text);
    }

    private void commit(String config) throws IOException {
        write(".gitlab-ci.yml", config);
        git("add", "-A");
        git("commit", "-q", "-m", "Try it");
    }

    private int run(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--work", folder.resolve("work").toString(), "--shell"));
        all.addAll(List.of(arguments));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = new CommandLine(new RunCommand(checkout));
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute(all.toArray(String[]::new));
    }

    private JsonNode result() {
        return JsonMapper.shared().readTree(out.toString());
    }

    private Map<String, String> statuses() {
        return result().get("jobs")
                .valueStream()
                .collect(Collectors.toMap(
                        job -> job.get("name").asString(),
                        job -> job.get("status").asString()));
    }

    private JsonNode job(String name) {
        return result().get("jobs")
                .valueStream()
                .filter(job -> job.get("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String log(String name) throws IOException {
        return Files.readString(Path.of(job(name).get("log").asString()));
    }

    @Test
    void carriesArtifactsVariablesAndStagesThroughAPipeline() throws IOException {
        commit("""
                stages: [build, test, deploy]
                variables: {GREETING: hello}
                build:
                  stage: build
                  script: [mkdir out, 'echo "$GREETING $CI_COMMIT_TITLE" > out/text', 'echo "VERSION=1.2" > build.env']
                  artifacts: {paths: [out], reports: {dotenv: build.env}}
                test:
                  stage: test
                  parallel: {matrix: [{OS: [linux, mac]}]}
                  script: ['test "$(cat out/text)" = "hello Try it"', 'test "$VERSION" = 1.2', 'echo "on $OS"']
                  after_script: ['echo "ended $CI_JOB_STATUS"']
                lint: {stage: test, script: [exit 3], allow_failure: {exit_codes: [3]}}
                clean: {stage: test, needs: [], script: ['test ! -e out']}
                ship: {stage: deploy, script: [echo shipped], when: manual}
                never: {script: [exit 1], rules: [{if: $CI_COMMIT_BRANCH == "other"}]}
                rescue: {stage: deploy, script: [exit 1], when: on_failure}
                """);
        assertThat(run("--json")).as(err.toString()).isZero();
        assertThat(statuses())
                .isEqualTo(Map.of(
                        "build", "success",
                        "test: [linux]", "success",
                        "test: [mac]", "success",
                        "lint", "failed",
                        "clean", "success",
                        "ship", "manual",
                        "rescue", "skipped"));
        assertThat(result().get("status").asString()).isEqualTo("success");
        assertThat(result().get("warnings").asBoolean()).isTrue();
        assertThat(log("test: [mac]")).contains("on mac", "ended success", "Downloaded the artifacts of build");
        assertThat(job("lint").get("exit_code").asInt()).isEqualTo(3);
        assertThat(Path.of(job("build").get("artifacts").get("archive").asString()))
                .isNotEmptyFile();
        assertThat(err.toString()).contains("✓ build / build  success in", "manual jobs not started: ship");
    }

    @Test
    void endsWithOneAndTheTailOfTheLogWhenAJobFails() throws IOException {
        commit("""
                one: {script: [echo first, 'echo "the reason"; exit 7']}
                two: {stage: deploy, script: [echo never]}
                """);
        assertThat(run()).isOne();
        assertThat(out.toString())
                .contains(
                        "✗ test / one  failed in",
                        "exit code 7",
                        "  the reason",
                        "» deploy / two  skipped",
                        "failed: 1 of 2 jobs");
    }

    @Test
    void triesAgainAsOftenAsTheJobSays() throws IOException {
        Path count = folder.resolve("count");
        commit("""
                job:
                  script: ['echo x >> %s', '[ $(wc -l < %s) = 2 ] || exit 9']
                  retry: {max: 2, exit_codes: [9]}
                other: {script: [exit 8], retry: {max: 2, exit_codes: [9]}, allow_failure: true}
                """.formatted(count, count));
        assertThat(run("--json")).as(err.toString()).isZero();
        assertThat(job("job").get("attempts").asInt()).isEqualTo(2);
        assertThat(job("other").get("attempts").asInt()).isOne();
    }

    @Test
    void stopsAJobThatTakesTooLong() throws IOException {
        commit("job: {script: [sleep 600], timeout: 1 second}\n");
        assertThat(run("--json")).isOne();
        assertThat(job("job").get("failure_reason").asString()).isEqualTo("job_execution_timeout");
    }

    @Test
    void runsTheLastCommitOrTheTreeAsItIs() throws IOException {
        write("text", "committed");
        write(".gitignore", "ignored\n");
        commit("job: {script: [cat text, ls -a]}\n");
        write("text", "changed");
        write("new", "");
        write("ignored", "");
        assertThat(run("--json")).isZero();
        assertThat(err.toString()).contains("--from-dirty-tree");
        assertThat(log("job")).contains("committed").doesNotContain("\nnew\n");
        assertThat(run("--json", "--from-dirty-tree")).isZero();
        assertThat(log("job")).contains("changed", "\nnew\n").doesNotContain("\nignored\n");
        assertThat(new Git(checkout).must("status", "--porcelain")).contains("?? new");
    }

    @Test
    void runsAFolderThatIsNoCheckout() throws IOException {
        checkout = Files.createDirectory(folder.resolve("plain"));
        write(".gitlab-ci.yml", "job: {script: [ls]}\n");
        assertThat(run("--json")).as(err.toString()).isZero();
        assertThat(log("job")).contains("Job succeeded");
        assertThat(checkout.resolve(".git")).doesNotExist();
    }

    @Test
    void runsNamedJobsWithWhatTheyNeed() throws IOException {
        commit("""
                stages: [build, deploy]
                a: {stage: build, script: [echo a > a], artifacts: {paths: [a]}}
                b: {stage: build, script: [exit 1]}
                ship: {stage: deploy, needs: [a], script: [cat a], when: manual}
                """);
        assertThat(run("--json", "--needs", "ship")).as(err.toString()).isZero();
        assertThat(statuses()).isEqualTo(Map.of("a", "success", "ship", "success"));
        assertThat(run("--json", "a")).isZero();
        assertThat(statuses()).isEqualTo(Map.of("a", "success"));
        assertThat(run("shop")).isEqualTo(2);
        assertThat(err.toString()).contains("no job of this pipeline is named \"shop\"");
    }

    @Test
    void keepsCachesFromRunToRun() throws IOException {
        commit("""
                job: {script: ['[ -e kept/x ] && echo "found it"; mkdir -p kept; touch kept/x'], cache: {key: k, paths: [kept]}}
                """);
        assertThat(run("--json")).isZero();
        assertThat(log("job")).doesNotContain("\nfound it");
        assertThat(run("--json")).isZero();
        assertThat(log("job")).contains("\nfound it");
    }

    @Test
    void hidesSecretsInLogs() throws IOException {
        commit("job: {script: ['echo \"path is $PATH.\"', 'echo \"$GIVEN\"']}\n");
        assertThat(run("--json", "--secret", "PATH", "--var", "GIVEN=by hand")).isZero();
        assertThat(log("job")).contains("path is [MASKED].", "by hand");
        assertThat(run("--secret", "NOT_SET_ANYWHERE")).isEqualTo(2);
    }

    @Test
    void tellsWhatIsWrongWithTheConfiguration() throws IOException {
        commit("job: {script: [x], stag: y}\n");
        assertThat(run()).isOne();
        assertThat(out.toString()).contains("error[unknown-key]", "did you mean 'stage'?");
        git("rm", "-q", ".gitlab-ci.yml");
        git("commit", "-q", "-m", "None");
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("the commit has no such file");
    }

    @Test
    void runsInTheServersSandboxWhenAsked() throws IOException {
        assumeTrue(Sandbox.detect(false) instanceof SandboxDetection.Available, "nothing can isolate here");
        commit("job: {script: ['test ! -e %s/checkout', cat .gitlab-ci.yml]}\n".formatted(folder));
        assertThat(run("--json", "--isolated")).as(err.toString()).isZero();
        assertThat(log("job")).contains("Job succeeded");
    }

    @Test
    void endsWellWhenThePipelineIsNotWanted() throws IOException {
        commit("workflow: {rules: [{if: $CI_COMMIT_TAG}]}\njob: {script: [exit 1]}\n");
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("No pipeline: workflow:rules");
    }

    @Test
    void runsChildPipelinesInPlace() throws IOException {
        write("child.yml", """
                spec: {inputs: {who: {default: nobody}}}
                ---
                greet:
                  script: ['echo "hello $[[ inputs.who ]] from $GIVEN, $CI_PIPELINE_SOURCE"', 'test -z "$HIDDEN"']
                  rules: [{if: $CI_PIPELINE_SOURCE == "parent_pipeline"}]
                further: {trigger: {include: grandchild.yml, strategy: depend}}
                """);
        write("grandchild.yml", """
                deep: {script: [echo deep], artifacts: {paths: [.gitlab-ci.yml]}}
                more: {trigger: {include: grandchild.yml}, allow_failure: true}
                """);
        commit("""
                stages: [make, run, after]
                variables: {HIDDEN: root}
                make:
                  stage: make
                  script: ['printf "built: {script: [echo \\"was built\\"]}\\n" > made.yml']
                  artifacts: {paths: [made.yml]}
                local:
                  stage: run
                  inherit: {variables: false}
                  variables: {GIVEN: "job $CI_JOB_NAME"}
                  trigger: {include: child.yml, strategy: depend, inputs: {who: world}}
                generated: {stage: run, trigger: {include: [{artifact: made.yml, job: make}], strategy: mirror}}
                missing: {stage: run, trigger: {include: [{artifact: none.yml, job: make}]}, allow_failure: true}
                wrong: {stage: run, trigger: {include: absent.yml}, allow_failure: true}
                elsewhere: {stage: run, trigger: group/other}
                last: {stage: after, script: [echo last]}
                """);
        assertThat(run("--json", "--parallel", "1")).as(err.toString()).isZero();
        assertThat(statuses())
                .isEqualTo(Map.of(
                        "make", "success",
                        "local", "success",
                        "generated", "success",
                        "missing", "failed",
                        "wrong", "failed",
                        "elsewhere", "skipped",
                        "last", "success"));
        JsonNode child = job("local").get("downstream");
        assertThat(child.get("status").asString()).isEqualTo("success");
        assertThat(Files.readString(Path.of(child.at("/jobs/0/log").asString())))
                .contains("hello world from job local, parent_pipeline");
        assertThat(child.at("/jobs/1/downstream/jobs/0/name").asString()).isEqualTo("deep");
        assertThat(child.at("/jobs/1/downstream/jobs/1/failure_reason").asString())
                .isEqualTo("downstream_pipeline_creation_failed");
        assertThat(Files.readString(
                        Path.of(job("generated").at("/downstream/jobs/0/log").asString())))
                .contains("was built");
        assertThat(err.toString())
                .contains(
                        "the artifacts of make hold no file none.yml",
                        "the included file 'absent.yml' does not exist",
                        "elsewhere is skipped: pipelines of other projects need a server",
                        "child pipelines go 2 levels deep",
                        "test / local > greet  success");
    }

    @Test
    void leavesNothingBehindWhenItIsInterrupted() throws Exception {
        Path pid = folder.resolve("pid");
        commit("job: {script: ['sleep 1007 & echo $! > %s.tmp; mv %s.tmp %s; wait']}\n".formatted(pid, pid, pid));
        // Whoever runs the tests in the background has them ignore SIGINT, and a JVM that inherits that does so, too.
        Process process = new ProcessBuilder(
                        "env",
                        "--default-signal=INT",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.tandem.cli.Tandem",
                        "run",
                        "--shell",
                        "--work",
                        folder.resolve("work").toString())
                .directory(checkout.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        Await.until("the job's own process", () -> Files.exists(pid));
        long sleeper = Long.parseLong(Files.readString(pid).strip());
        assertThat(ProcessHandle.of(sleeper)).isPresent();
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor()).isEqualTo(130);
        // It was killed before; whoever inherited it may take a moment to notice.
        Await.until(
                "the end of the job's own process",
                () -> ProcessHandle.of(sleeper).filter(ProcessHandle::isAlive).isEmpty());
    }
}
