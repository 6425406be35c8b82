package dev.tandem.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.host.Sandbox;
import dev.tandem.pipeline.Outcome;
import dev.tandem.pipeline.PipelineCompiler;
import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.rule.ChangedFiles;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs that name an image: what the engine is told, and, where there is one, that it works. */
class ContainerShellTest {
    /** Takes notes of its arguments; a container is a shell in the folder that it is to work in. */
    private static final String NOTES = """
            #!/bin/sh
            case $1 in
              info) echo fine ;;
              image) [ "$3" != absent:1 ] ;;
              network)
                [ "$2" = ls ] || echo "network $2" >> %1$s/after ;;
              ps) ;;
              run)
                printf '%%s\\n' "$@" > %1$s/service
                cat "$(sed -n '/^--env-file$/{n;p}' %1$s/service)" > %1$s/environment ;;
              inspect)
                case $3 in
                  *IPAddress*) echo 10.1.2.3 ;;
                  *Running*) [ -e %1$s/ended ] && echo false || echo true ;;
                esac ;;
              logs) echo its last words ;;
              pull) echo "pulled $3"; [ "$3" != absent:1 ] ;;
              create) printf '%%s\\n' "$@" > %1$s/create ;;
              start)
                cd "$(sed -n '/^--workdir$/{n;p}' %1$s/create)" || exit 1
                PATH=/image/bin:$PATH exec sh "$(tail -n 1 %1$s/create)" ;;
              *) echo "$1" >> %1$s/after ;;
            esac
            """;

    @TempDir
    Path folder;

    @Test
    void runsTheCommandsInAContainerOfTheImage() throws Exception {
        var result = run(notes(), """
                job:
                  image: {name: "tool:$VERSION", entrypoint: ["/bin/env", "-i"], docker: {user: "1000", platform: linux/amd64}}
                  variables: {VERSION: "3", LINES: "a b"}
                  script: ['echo "lines $LINES."', 'echo "at $PWD"', 'echo "home $HOME"', 'echo "path $PATH"', exit 4]
                  after_script: [echo after]
                """);
        assertThat(result.exitCode()).isEqualTo(4);
        var log = Files.readString(result.log());
        assertThat(log)
                .contains("Using a container of the image tool:3", "lines a b.", "path /image/bin:", "\nafter\n");
        assertThat(log).doesNotContain("home " + folder);
        var told = Files.readAllLines(folder.resolve("create"));
        assertThat(told)
                .containsSubsequence("--platform", "linux/amd64", "--user", "1000", "--entrypoint", "/bin/env")
                .containsSubsequence("tool:3", "-i", "sh", "-c");
        assertThat(String.join(" ", told)).doesNotContain("a b");
        assertThat(Files.readAllLines(folder.resolve("after"))).containsExactly("rm", "rm");
    }

    @Test
    void failsWhenTheImageCannotBeHad() throws Exception {
        var result = run(notes(), "job: {image: 'absent:1', script: [echo never]}\n");
        assertThat(result.failureReason()).isEqualTo("image_pull_failure");
        assertThat(Files.readString(result.log()))
                .contains("\"absent:1\" cannot be pulled")
                .doesNotContain("$ echo never");
    }

    @Test
    void tellsTheEngineWhichServicesAJobWants() throws Exception {
        var result = run(notes(), """
                job:
                  image: tool
                  services:
                    - {name: "registry.example.org:5000/db/postgres:$VERSION", alias: "db, main", entrypoint: [run, -x],
                       command: [serve, $HOME], variables: {PASSWORD: secret}}
                  script: [echo served]
                """);
        assertThat(result.status()).isEqualTo("success");
        assertThat(Files.readString(result.log()))
                .contains("Starting the service registry.example.org:5000/db/postgres:3 as "
                        + "registry.example.org__db__postgres, registry.example.org-db-postgres, db, main");
        var service = Files.readAllLines(folder.resolve("service"));
        assertThat(service)
                .containsSubsequence("--network-alias", "db", "--network-alias", "main")
                .containsSubsequence(
                        "--entrypoint", "run", "registry.example.org:5000/db/postgres:3", "-x", "serve", "$HOME");
        assertThat(String.join(" ", service)).doesNotContain("secret");
        assertThat(Files.readAllLines(folder.resolve("environment"))).contains("PASSWORD=secret", "VERSION=3");
        assertThat(Files.readAllLines(folder.resolve("create")))
                .containsSubsequence("--add-host", "db:10.1.2.3", "--add-host", "main:10.1.2.3");
        assertThat(Files.readAllLines(folder.resolve("after")))
                .containsExactly("network create", "rm", "rm", "rm", "network rm");
    }

    @Test
    void aServiceThatEndsIsToldWithItsLastWords() throws Exception {
        Files.writeString(folder.resolve("ended"), "");
        var result = run(notes(), "job: {image: tool, services: [broken], script: [echo all the same]}\n");
        assertThat(Files.readString(result.log()))
                .contains("The service broken ended", "its last words", "\nall the same\n");
    }

    @ParameterizedTest
    @CsvSource({
        "postgres, '', postgres",
        "tutum/wordpress:latest, '', 'tutum__wordpress,tutum-wordpress'",
        "h:5000/a/b@sha256:12, 'x y', 'h__a__b,h-a-b,x,y'",
        "a/b, 'bad;name', 'a__b,a-b'"
    })
    void servicesAreCalledByImageAndAlias(String reference, String alias, String names) {
        assertThat(Services.names(reference, alias)).containsExactly(names.split(",", -1));
    }

    @Test
    void servicesWorkWithARealEngine() throws Exception {
        var engine = realEngine();
        var image = imageOfBusybox(engine);
        var result = run(engine, """
                job:
                  image: {name: "%s", pull_policy: never}
                  services:
                    - {name: "%s", pull_policy: never, alias: web, variables: {SAID: "hello from beside"},
                       command: [/bin/sh, -c, 'echo "$SAID" > /tmp/x; exec /bin/httpd -f -p 80 -h /tmp']}
                    - {name: "%s", pull_policy: never, alias: second, command: [/bin/httpd, -f, -p, "80"]}
                  script:
                    - until printf 'GET /x HTTP/1.0\\r\\n\\r\\n' | /bin/busybox nc web 80; do echo again; done
                """.formatted(image, image, image));
        var log = Files.readString(result.log());
        assertThat(result.status()).as(log).isEqualTo("success");
        assertThat(log).contains("hello from beside");
        var filter = "label=" + Containers.label(folder.resolve("work"));
        var limit = Duration.ofMinutes(1);
        assertThat(engine.ask(limit, List.of("ps", "--all", "--quiet", "--filter", filter))
                        .text())
                .isEmpty();
        assertThat(engine.ask(limit, List.of("network", "ls", "--quiet", "--filter", filter))
                        .text())
                .isEmpty();
    }

    @Test
    void whatAKilledRunnerLeftIsDeleted() throws Exception {
        var engine = realEngine();
        var image = imageOfBusybox(engine);
        var work = folder.resolve("work");
        var limit = Duration.ofMinutes(1);
        var label = Containers.label(work);
        assertThat(engine.ask(limit, List.of("network", "create", "--label", label, "tandem-test-left"))
                        .code())
                .isZero();
        assertThat(engine.ask(
                                limit,
                                List.of(
                                        "run",
                                        "--detach",
                                        "--label",
                                        label,
                                        "--network",
                                        "tandem-test-left",
                                        image,
                                        "/bin/httpd",
                                        "-f"))
                        .code())
                .isZero();
        engine.removeLeftovers(work);
        assertThat(engine.ask(limit, List.of("ps", "--all", "--quiet", "--filter", "label=" + label))
                        .text())
                .isEmpty();
        assertThat(engine.ask(limit, List.of("network", "inspect", "tandem-test-left"))
                        .code())
                .isNotZero();
    }

    private static Containers realEngine() {
        var path = List.of(Path.of("/usr/bin"), Path.of("/usr/local/bin"), Path.of("/bin"));
        var engine = Containers.find(path, System.getenv());
        assumeTrue(engine.isPresent(), "no container engine answers here");
        assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "no busybox to make an image of");
        return engine.get();
    }

    @Test
    void worksWithARealEngine() throws Exception {
        var engine = realEngine();
        var image = imageOfBusybox(engine);
        var result = run(engine, """
                job:
                  image: {name: "%s", pull_policy: never}
                  variables: {GREETING: "hello ' there"}
                  script: ['test ! -e /usr/lib', 'echo "$GREETING" > out', cat out]
                  artifacts: {paths: [out]}
                """.formatted(image));
        var log = Files.readString(result.log());
        assertThat(result.status()).as(log).isEqualTo("success");
        assertThat(log).contains("\nhello ' there\n");
        assertThat(result.artifacts()).containsKey("archive");
    }

    private static String imageOfBusybox(Containers engine) throws IOException, InterruptedException {
        var name = "localhost/tandem-test-busybox:1";
        var script =
                "d=$(mktemp -d) && mkdir $d/bin $d/tmp && cp /bin/busybox $d/bin && for c in sh cat test echo printf httpd wget env;"
                        + " do ln -s busybox $d/bin/$c; done && tar -C $d -c . | \"$0\" import - " + name
                        + "; rm -rf $d";
        var process = new ProcessBuilder(
                        "/bin/sh", "-c", script, engine.program().toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(process.waitFor() == 0, "no image can be made: " + said);
        var ran = engine.ask(Duration.ofMinutes(1), List.of("run", "--rm", name, "/bin/sh", "-c", "true"));
        assumeTrue(ran.code() == 0, "the engine starts no containers here: " + ran.text());
        return name;
    }

    private Containers notes() throws IOException {
        var program = folder.resolve("docker");
        Files.writeString(program, NOTES.formatted(folder));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Containers.find(List.of(folder), Map.of("PATH", "/usr/bin:/bin")).orElseThrow();
    }

    private LocalResult run(Containers engine, String config) throws IOException, InterruptedException {
        var runner = RunnerConfig.of(URI.create("http://localhost"), "", "local", folder.resolve("work"), Sandbox.own())
                .withContainers(engine);
        Files.createDirectories(folder.resolve("work"));
        try (var local = LocalRunner.open(runner)) {
            var job = job(config);
            var variables = List.of(
                    Variable.raw("GIT_STRATEGY", "none"),
                    Variable.raw("VERSION", "3"),
                    Variable.raw("LINES", "a b"),
                    Variable.raw("GREETING", "hello ' there"));
            return local.run(new LocalJob(1, job, variables, null, List.of(), Duration.ofMinutes(1), bytes -> {}));
        }
    }

    private static PlannedJob job(String config) {
        var context = new PipelineContext(
                "push", "main", false, "main", "a/b", List.of(), List.of(), List.of(), ChangedFiles.unknown());
        var files = new SourceFiles() {
            @Override
            public byte @Nullable [] read(String path, int limitBytes) {
                return config.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public List<String> paths() {
                return List.of(".gitlab-ci.yml");
            }
        };
        var compilation = PipelineCompiler.compile(files, ".gitlab-ci.yml", context);
        if (compilation.outcome() instanceof Outcome.Runs(Plan plan)) {
            return plan.jobs().getFirst();
        }
        throw new AssertionError(compilation.toString());
    }
}
