package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.plan.Capability;
import dev.tandem.pipeline.plan.Need;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.plan.Trigger;
import dev.tandem.pipeline.syntax.IncludeSources;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files from elsewhere, inputs, matrix expressions and triggers: rows G10, J5 to J15 of the edge-case list and their neighbours. */
class IncludesTest {
    private static final String JOB = "j: {script: [t]}\n";
    private static final String SHA = "sha256-ZmMi6SBymvoESjNYM3ggRJjXVZFUPIa8XsMwSKDyvDo=";

    /** One project, one template, one file of the web, one component. */
    private static final class Elsewhere implements IncludeSources {
        @Override
        public Answer project(String path, @Nullable String ref) {
            if (!path.equals("other/project")) {
                return new Absent("does not exist");
            }
            Given files = Given.nothing()
                    .file("ci/a.yml", "include: ci/b.yml\na: {script: [a]}")
                    .file("ci/b.yml", "b: {script: [b]}");
            return new Repository("other/project@" + ref, files);
        }

        @Override
        public Answer remote(String url, int limitBytes) {
            return switch (url) {
                case "https://example.com/web.yml" -> content("web: {script: [w]}");
                case "https://example.com/local.yml" -> content("include: ci/b.yml\nweb: {script: [w]}");
                case "https://example.com/variable.yml" ->
                    content("include: {local: x.yml, rules: [{if: $X}]}\nweb: {script: [w]}");
                default -> new Unreachable("cannot be reached");
            };
        }

        @Override
        public Answer template(String name, int limitBytes) {
            return name.equals("Jobs/Build.gitlab-ci.yml") ? content("t: {script: [t]}") : new Absent("does not exist");
        }

        @Override
        public Answer component(String address) {
            Given files = Given.nothing().file("templates/scan.yml", """
                    spec:
                      component: [name, version, reference]
                      inputs: {stage: {default: test}}
                    ---
                    "$[[ component.name ]]-$[[ component.reference ]]": {stage: "$[[ inputs.stage ]]", script: [x]}
                    """);
            return new Component(new Repository(address, files), "templates/scan.yml", "scan", "abc", null, "1.0");
        }

        private static Answer content(String text) {
            return new Content(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Given given(String config) {
        return Given.config(config)
                .options(new CompileOptions(new Elsewhere(), false, Set.of(Capability.DOWNSTREAM_PIPELINES), Map.of()));
    }

    private static Given inputs(String config, Map<String, String> inputs) {
        return Given.config(config).options(new CompileOptions(IncludeSources.none(), false, Set.of(), inputs));
    }

    @Test
    void projectsResolveTheirOwnLocalFiles() {
        assertThat(given("include: {project: other/project, ref: v1, file: [/ci/a.yml]}\n" + JOB)
                        .jobs())
                .containsExactly("b", "a", "j");
        assertThat(given("include: {project: ghost/project, file: a.yml}\n" + JOB)
                        .errors())
                .containsExactly("include-not-found");
        assertThat(given("include: {project: other/project}\n" + JOB).errors()).containsExactly("include-shape");
    }

    @Test
    void filesOfTheWebAndTemplates() {
        assertThat(given("include: ['https://example.com/web.yml', {template: Jobs/Build.gitlab-ci.yml}]\n" + JOB)
                        .jobs())
                .containsExactlyInAnyOrder("web", "t", "j");
        assertThat(given("include: 'https://example.com/local.yml'\n" + JOB).errors())
                .containsExactly("include-path");
        assertThat(given("include: 'https://example.com/variable.yml'\n" + JOB)
                        .setting("X", "1")
                        .jobs())
                .containsExactly("web", "j");
        assertThat(given("include: 'https://example.com/ghost.yml'\n" + JOB).errors())
                .containsExactly("include-unavailable");
    }

    @Test
    void integrityIsChecked() {
        String include = "include: {remote: 'https://example.com/web.yml', integrity: '%s'}\n" + JOB;
        assertThat(given(include.formatted(SHA)).errors()).containsExactly("include-integrity");
        assertThat(given(include.formatted("md5-x")).errors()).containsExactly("include-integrity");
    }

    @Test
    void componentsKnowThemselves() {
        String include = "include: {component: host/group/project/scan@1.0, inputs: {stage: build}}\n";
        assertThat(given(include + JOB).job("scan-1.0").stage()).isEqualTo("build");
        assertThat(given("include: {component: 'https://host/group/project/scan@1'}\n" + JOB)
                        .errors())
                .containsExactly("include-path");
    }

    @Test
    void missingIncludesMayBeForgiven() {
        Given tolerant = Given.config(
                        "include: {project: a/b, file: c.yml}\nj: {extends: .c, script: [t], stage: ghost}\n"
                                + "needy: {script: [t], needs: [elsewhere], stage: ghost}")
                .options(new CompileOptions(IncludeSources.none(), true, Set.of(), Map.of()));
        assertThat(tolerant.warnings()).containsExactly("include-unavailable");
        assertThat(tolerant.jobs()).containsExactly("j", "needy");
        assertThat(tolerant.plan().stages()).containsExactly("ghost");
    }

    @Test
    void j5InputsKeepTheirType() {
        PlannedJob job = inputs("""
                spec: {inputs: {n: {type: number, default: 3}, tags: {type: array, default: [a, b]}}}
                ---
                j: {script: ["run $[[ inputs.n ]]"], parallel: "$[[ inputs.n ]]", tags: "$[[ inputs.tags ]]"}
                """, Map.of("tags", "[\"c\"]")).job("j 1/3");
        assertThat(job.scripts().script()).containsExactly("run 3");
        assertThat(job.tags()).containsExactly("c");
    }

    @Test
    void j8FunctionsApplyFromLeftToRight() {
        PlannedJob job = inputs("""
                spec: {inputs: {t: {default: "0123456789"}, v: {default: $B}}}
                ---
                j: {script: ["$[[ inputs.t | truncate(3,5) ]]", "x $[[ inputs.v | expand_vars | posix_escape ]]"]}
                """, Map.of()).predefined("B", "a b").job("j");
        assertThat(job.scripts().script()).containsExactly("34567", "x a\\ b");
    }

    @ParameterizedTest
    @CsvSource({"$CI_DEFAULT_BRANCH, ''", "main, if-syntax"})
    void j9TheReplacedTextMustBeAnExpression(String value, String error) {
        Given given = inputs("""
                spec: {inputs: {b: }}
                ---
                j: {script: [t], rules: [{if: "$CI_COMMIT_REF_NAME == $[[ inputs.b ]]"}]}
                """, Map.of("b", value));
        assertThat(given.errors()).isEqualTo(error.isEmpty() ? List.of() : List.of(error));
    }

    @Test
    void j10InputsNameJobs() {
        assertThat(inputs("spec: {inputs: {p: }}\n---\n\"$[[ inputs.p ]]-scan\": {script: [x]}", Map.of("p", "web"))
                        .jobs())
                .containsExactly("web-scan");
    }

    @Test
    void inputRulesChooseDefaultsAndOptions() {
        String config = """
                spec:
                  inputs:
                    tier: {default: small}
                    size:
                      rules:
                        - {if: "$[[ inputs.tier ]] == 'large'", options: ["8", "16"], default: "8"}
                        - {default: "1"}
                ---
                j: {script: [x], variables: {SIZE: "$[[ inputs.size ]]"}}
                """;
        assertThat(inputs(config, Map.of()).job("j").variables().getFirst().value())
                .isEqualTo("1");
        assertThat(inputs(config, Map.of("tier", "large"))
                        .job("j")
                        .variables()
                        .getFirst()
                        .value())
                .isEqualTo("8");
        assertThat(inputs(config, Map.of("tier", "large", "size", "9")).errors())
                .containsExactly("input-option");
    }

    @Test
    void specIncludeDeclaresInputs() {
        assertThat(inputs("spec: {include: [in.yml]}\n---\nj: {script: [\"$[[ inputs.x ]]\"]}", Map.of())
                        .file("in.yml", "inputs: {x: {default: y}}")
                        .job("j")
                        .scripts()
                        .script())
                .containsExactly("y");
    }

    @Test
    void g10MatrixExpressionsFollowTheInstance() {
        Given given = Given.config("""
                build: {stage: build, script: [t], parallel: {matrix: [{P: [x, y], Q: [1, 2]}]}}
                test:
                  script: [t]
                  parallel: {matrix: [{P: [x, y], Q: [1, 2]}]}
                  needs: [{job: build, parallel: {matrix: [{P: ['$[[ matrix.P ]]'], Q: ['$[[ matrix.Q ]]']}]}}]
                """);
        for (String values : List.of("[x, 1]", "[x, 2]", "[y, 1]", "[y, 2]")) {
            assertThat(Objects.requireNonNull(given.job("test: " + values).needs()))
                    .extracting(Need::job)
                    .containsExactly("build: " + values);
        }
    }

    @Test
    void triggersArePlannedWhereTheyCanStart() {
        PlannedJob job = given(
                        "t: {trigger: {include: [{local: a.yml, inputs: {n: 1}}], strategy: depend}, when: manual}\n"
                                + JOB)
                .job("t");
        Trigger trigger = Objects.requireNonNull(job.trigger());
        assertThat(trigger.strategy()).isEqualTo("depend");
        assertThat(trigger.includes().getFirst().inputs()).containsEntry("n", 1L);
        assertThat(given("t: {trigger: a/b}\n" + JOB).job("t").trigger()).isNotNull();
        assertThat(given("t: {trigger: $VAR}\n" + JOB).errors()).isEmpty();
    }

    @Test
    void j12ArtifactsOfTriggersComeFromEarlierJobs() {
        assertThat(given("t: {stage: build, trigger: {include: [{artifact: x.yml, job: j}]}}\n" + JOB)
                        .errors())
                .containsExactly("needs-later-stage");
        assertThat(given("t: {trigger: {include: [{artifact: x.yml}]}}\n" + JOB).errors())
                .containsExactly("missing-key");
    }

    @Test
    void aPipelineTakesTwentyInputs() {
        StringBuilder spec = new StringBuilder("spec: {inputs: {");
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 1; i <= 21; i++) {
            spec.append("i").append(i).append(": {default: x}, ");
            given.put("i" + i, "y");
        }
        Given config = Given.config(
                spec.append("}}\n---\nj: {script: ['$[[ inputs.i1 ]]']}").toString());
        assertThat(config.options(new CompileOptions(IncludeSources.none(), false, Set.of(), given))
                        .errors())
                .containsExactly("invalid-value");
        given.remove("i21");
        assertThat(config.options(new CompileOptions(IncludeSources.none(), false, Set.of(), given))
                        .job("j")
                        .scripts()
                        .script())
                .containsExactly("y");
        given.put("i1", "y".repeat(1025));
        assertThat(config.options(new CompileOptions(IncludeSources.none(), false, Set.of(), given))
                        .errors())
                .containsExactly("input-type");
    }

    @Test
    void aDownstreamPipelineTakesTwentyInputs() {
        String inputs =
                IntStream.rangeClosed(1, 20).mapToObj(i -> "i" + i + ": x").collect(Collectors.joining(", "));
        assertThat(Given.config("t: {trigger: {include: a.yml, inputs: {" + inputs + "}}}\nj: {script: [x]}")
                        .errors())
                .isEmpty();
        assertThat(Given.config("t: {trigger: {include: a.yml, inputs: {i0: x, " + inputs + "}}}\nj: {script: [x]}")
                        .errors())
                .containsExactly("invalid-value");
    }

    @Test
    void namesOfNeededInstancesAreBounded() {
        String config =
                "a: {script: [x], parallel: {matrix: [{A: " + "y".repeat(251) + "}]}}\nj: {script: [x], needs: NEEDS}";
        assertThat(Given.config(config.replace("NEEDS", "[]")).errors()).isEmpty();
        assertThat(Given.config(config.replace("NEEDS", "[a]")).errors()).containsExactly("name-too-long");
    }
}
