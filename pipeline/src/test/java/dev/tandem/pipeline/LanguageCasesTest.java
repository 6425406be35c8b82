package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.Outcome.Filtered;
import dev.tandem.pipeline.Outcome.Reason;
import dev.tandem.pipeline.plan.AllowFailure;
import dev.tandem.pipeline.plan.Need;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.plan.Retry;
import dev.tandem.pipeline.rule.JobVariables;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.When;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of the edge-case list (A1 and so on) that this part of the language covers. */
class LanguageCasesTest {
    private static final String JOB = "j: {script: [t]}\n";

    private static Map<String, String> variables(PlannedJob job) {
        Map<String, String> values = new LinkedHashMap<>();
        job.variables().forEach(variable -> values.put(variable.key(), variable.value()));
        return values;
    }

    private static Map<String, String> expanded(PlannedJob job) {
        Map<String, String> values = new LinkedHashMap<>();
        JobVariables.resolve(List.of(job.predefined(), job.variables()))
                .forEach(variable -> values.put(variable.key(), variable.value()));
        return values;
    }

    private static List<String> needs(PlannedJob job) {
        return Objects.requireNonNull(job.needs()).stream().map(Need::job).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " :: ", quoteCharacter = '`', textBlock = """
            include: base.yml\\nbuild: {script: [make], artifacts: {reports: {junit: r.xml}}, variables: {A: "2"}}
            build: {script: [make], artifacts: {reports: {junit: r.xml}}, variables: {A: "2"}}\\ninclude: base.yml
            """)
    void a1a2IncludedMappingsMergeAndListsReplace(String config) {
        PlannedJob build = Given.config(config.replace("\\n", "\n"))
                .file(
                        "base.yml",
                        "build: {script: [prep, make], tags: [x], artifacts: {paths: [out]}, variables: {A: '1', B: '1'}}")
                .job("build");
        assertThat(build.scripts().script()).containsExactly("make");
        assertThat(build.tags()).containsExactly("x");
        assertThat(Objects.requireNonNull(build.artifacts()).paths()).containsExactly("out");
        assertThat(build.artifacts().reports()).containsExactly(Map.entry("junit", List.of("r.xml")));
        assertThat(variables(build)).containsExactly(Map.entry("A", "2"), Map.entry("B", "1"));
    }

    @Test
    void a3a4LaterAndOuterFilesWin() {
        PlannedJob job = Given.config("include: [a.yml, b.yml]\nvariables: {Y: root}\n" + JOB)
                .file("a.yml", "variables: {X: a, Y: a}")
                .file("b.yml", "include: c.yml\nvariables: {X: b}")
                .file("c.yml", "variables: {X: c, Z: c}")
                .job("j");
        assertThat(variables(job)).containsOnly(Map.entry("X", "b"), Map.entry("Y", "root"), Map.entry("Z", "c"));
    }

    @ParameterizedTest
    @CsvSource({"'u.yml, s.yml', S", "'s.yml, u.yml', U"})
    void a5DuplicateIncludesApplyAgain(String order, String expected) {
        PlannedJob job = Given.config("include: [" + order + "]\n" + JOB)
                .file("d.yml", "default: {before_script: [D]}")
                .file("u.yml", "include: d.yml\ndefault: {before_script: [U]}")
                .file("s.yml", "include: d.yml\ndefault: {before_script: [S]}")
                .job("j");
        assertThat(job.scripts().before()).containsExactly(expected);
    }

    @Test
    void a6ExtendsTwoParents() {
        PlannedJob job = Given.config("""
                .a: {tags: [a], variables: {U: a, V: a}, script: [sa]}
                .b: {tags: [b], variables: {U: b}, image: img}
                j: {extends: [.a, .b], script: [sj], variables: {W: j}}
                """).job("j");
        assertThat(job.tags()).containsExactly("b");
        assertThat(variables(job)).containsOnly(Map.entry("U", "b"), Map.entry("V", "a"), Map.entry("W", "j"));
        assertThat(Objects.requireNonNull(job.image()).name()).isEqualTo("img");
        assertThat(job.scripts().script()).containsExactly("sj");
    }

    @Test
    void a7EmptyMapKeepsNullRemoves() {
        Given given = Given.config("""
                .p: {script: [t], variables: {A: "1"}}
                keep: {extends: .p, variables: {}}
                drop: {extends: .p, variables: null}
                """);
        assertThat(variables(given.job("keep"))).containsOnly(Map.entry("A", "1"));
        assertThat(variables(given.job("drop"))).isEmpty();
    }

    @Test
    void a10ExtendsAVisibleJobOfAnotherFile() {
        assertThat(Given.config("include: i.yml\nbuild2: {extends: build, variables: {X: '1'}}")
                        .file("i.yml", "build: {script: [make]}")
                        .jobs())
                .containsExactly("build", "build2");
    }

    @Test
    void a11a14ReferencesFlattenAndReachSingleValues() {
        PlannedJob job = Given.config("""
                .s: {setup: [a, b]}
                .v: {variables: {URL: u}}
                j: {script: [!reference [.s, setup], c], variables: {MY: !reference [.v, variables, URL]}}
                """).job("j");
        assertThat(job.scripts().script()).containsExactly("a", "b", "c");
        assertThat(variables(job)).containsOnly(Map.entry("MY", "u"));
    }

    @Test
    void a15ReferencedRulesAreOneList() {
        PlannedJob job = Given.config("""
                .r: {rules: [{if: $NO}, {if: $ALSO_NO}]}
                j: {script: [t], rules: [!reference [.r, rules], {when: manual}]}
                """).job("j");
        assertThat(job.when()).isEqualTo(When.MANUAL);
    }

    @Test
    void a16AnchorsStayInTheirFile() {
        assertThat(Given.config("include: i.yml\nj: {script: *lines}")
                        .file("i.yml", ".x: &lines [a]")
                        .errors())
                .containsExactly("yaml-alias");
    }

    @Test
    void a17MergeKeysAreShallow() {
        PlannedJob job = Given.config("""
                .x: &x {variables: {A: "1", B: "1"}, image: i}
                j: {<<: *x, script: [t], variables: {A: "2"}}
                """).job("j");
        assertThat(variables(job)).containsOnly(Map.entry("A", "2"));
        assertThat(Objects.requireNonNull(job.image()).name()).isEqualTo("i");
    }

    @Test
    void b1DefaultsAreNotMerged() {
        PlannedJob job = Given.config("default: {cache: {key: k, paths: [p]}}\nj: {script: [t], cache: {paths: [q]}}")
                .job("j");
        assertThat(job.caches()).hasSize(1);
        assertThat(job.caches().getFirst().key()).isEqualTo("default");
        assertThat(job.caches().getFirst().paths()).containsExactly("q");
    }

    @Test
    void b2EmptyListCancelsADefault() {
        Given given = Given.config(
                "default: {before_script: [x]}\nj: {script: [t], before_script: []}\nk: {script: [t], before_script: null}");
        assertThat(given.job("j").scripts().before()).isEmpty();
        assertThat(given.job("k").scripts().before()).containsExactly("x");
    }

    @Test
    void b3InheritNamesDefaults() {
        PlannedJob job = Given.config("""
                default: {retry: 2, image: i, interruptible: true}
                variables: {A: "1", B: "2"}
                j: {script: [t], inherit: {default: [retry, image], variables: [B]}}
                """).job("j");
        assertThat(job.retry()).isEqualTo(new Retry(2, List.of("always"), List.of()));
        assertThat(Objects.requireNonNull(job.image()).name()).isEqualTo("i");
        assertThat(job.interruptible()).isFalse();
        assertThat(variables(job)).containsOnly(Map.entry("B", "2"));
    }

    @ParameterizedTest
    @CsvSource({
        "012345, 5349", "0x1F, 31", "0b11, 3", "1_000, 1000", "1.10, 1.1", "1:30, 5400", "yes, true", "OFF, false",
                "~, ''",
        "08, 08", "1e3, 1e3", "'\"012\"', 012", "-7, -7", "0, 0", ":sym, :sym", "v1.10, v1.10", "+5, 5", "., ."
    })
    void c1PlainValuesReadAsYaml11(String written, String value) {
        assertThat(variables(
                        Given.config("variables:\n  V: " + written + "\n" + JOB).job("j")))
                .containsEntry("V", value);
    }

    @Test
    void c2c3c8ExpansionIsNestedAndRawStaysRaw() {
        PlannedJob job = Given.config("""
                j:
                  script: [t]
                  variables:
                    A: $B/x
                    B: ${C}/y
                    C: z
                    V1: v
                    V2: p $V1
                    V3: {value: "p $V1", expand: false}
                    V4: $V3
                    CMD: ls $$DIR
                    UNKNOWN: $NOWHERE
                    PATH: $PATH:more
                    PERCENT: "%C% 100%"
                """).job("j");
        assertThat(expanded(job))
                .containsEntry("A", "z/y/x")
                .containsEntry("V2", "p v")
                .containsEntry("V3", "p $V1")
                .containsEntry("V4", "p $V1")
                .containsEntry("CMD", "ls $$DIR")
                .containsEntry("UNKNOWN", "$NOWHERE")
                .containsEntry("PATH", "$PATH:more")
                .containsEntry("PERCENT", "z 100%");
    }

    @Test
    void c4Precedence() {
        String config = """
                variables: {X: root}
                j:
                  script: [t]
                  variables: {X: job}
                  environment: {name: $X}
                  rules: [{if: $X == "job" || $X == "proj", variables: {X: rule}}]
                """;
        PlannedJob plain = Given.config(config).job("j");
        assertThat(variables(plain)).containsOnly(Map.entry("X", "rule"));
        assertThat(Objects.requireNonNull(plain.environment()).name()).isEqualTo("rule");
        PlannedJob withSetting = Given.config(config).setting("X", "proj").job("j");
        assertThat(Objects.requireNonNull(withSetting.environment()).name()).isEqualTo("proj");
        assertThat(JobVariables.merge(List.of(withSetting.variables(), List.of(Variable.of("X", "proj")))))
                .containsExactly(Variable.of("X", "proj"));
    }

    @Test
    void c5WorkflowVariables() {
        Given given = Given.config("""
                variables: {D: root}
                workflow: {name: "for $D", rules: [{if: $D == "root", variables: {D: wf}}]}
                job1: {script: [t], variables: {D: j}}
                job2: {script: [t]}
                """);
        assertThat(variables(given.job("job1"))).containsEntry("D", "j");
        assertThat(variables(given.job("job2"))).containsEntry("D", "wf");
        assertThat(given.plan().name()).isEqualTo("for wf");
    }

    @Test
    void c9ConditionsSeeValuesAsWritten() {
        assertThat(Given.config("variables: {P: $Q, Q: main}\nj: {script: [t], rules: [{if: $CI_COMMIT_BRANCH == $P}]}")
                        .compile()
                        .outcome())
                .isInstanceOf(Filtered.class);
    }

    @Test
    void e1FirstMatchWins() {
        Given given = Given.config("""
                always: {script: [t]}
                j:
                  script: [t]
                  rules:
                    - if: $CI_COMMIT_BRANCH == "main"
                      when: never
                    - when: always
                """);
        assertThat(given.jobs()).containsExactly("always");
        assertThat(given.branch("other").job("j").when()).isEqualTo(When.ALWAYS);
    }

    @Test
    void e2ManualOfARuleBlocksManualOfAJobDoesNot() {
        Given given = Given.config("""
                a: {script: [t], rules: [{when: manual}]}
                b: {script: [t], when: manual}
                c: {script: [t], when: manual, rules: [{if: $CI_COMMIT_BRANCH}]}
                d: {script: [t], rules: [{when: manual, allow_failure: true}]}
                """);
        assertThat(given.job("a").allowFailure()).isEqualTo(AllowFailure.NEVER);
        assertThat(given.job("b").allowFailure()).isEqualTo(AllowFailure.ALWAYS);
        assertThat(given.job("c").allowFailure()).isEqualTo(AllowFailure.ALWAYS);
        assertThat(given.job("d").allowFailure()).isEqualTo(AllowFailure.ALWAYS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *.md                 | false
            **/*.md              | true
            docs/*               | false
            docs/**/*            | true
            .ci/*.md             | true
            docs/**/*.{txt,md}   | true
            ./docs/x/y.md        | false
            docs/x/y.md          | true
            docs/?/[xy].md       | true
            docs/x/[!y].md       | false
            docs/**              | false
            $FOLDER/**/*         | true
            $UNKNOWN/**/*        | false
            """)
    void e3ChangesGlobs(String glob, boolean matches) {
        Given given = Given.config("variables: {FOLDER: docs}\nalways: "
                        + "{script: [t]}\nj: {script: [t], rules: [{changes: ['" + glob + "']}]}")
                .changed(List.of("docs/x/y.md", ".ci/z.md"));
        assertThat(given.jobs().contains("j")).isEqualTo(matches);
    }

    @Test
    void anEmptyListOfChangesNeverMatches() {
        assertThat(Given.config("always: {script: [t]}\nj: {script: [t], rules: [{changes: []}]}")
                        .jobs())
                .containsExactly("always");
    }

    @Test
    void e4ChangesWithoutADifferenceMatch() {
        assertThat(Given.config("j: {script: [t], rules: [{changes: [nothing]}]}")
                        .tag("v1")
                        .jobs())
                .containsExactly("j");
        assertThat(Given.config("j: {script: [t], rules: [{changes: [nothing]}]}")
                        .changed(null)
                        .jobs())
                .containsExactly("j");
    }

    @Test
    void e5ConditionsOfARuleAllHold() {
        assertThat(Given.config("j: {script: [t], rules: [{if: $CI_COMMIT_TAG, changes: ['src/**/*']}]}")
                        .compile()
                        .outcome())
                .isInstanceOf(Filtered.class);
    }

    @Test
    void e6CompareTo() {
        String config = "j: {script: [t], rules: [{changes: {paths: [src/a.c], compare_to: REF}}]}";
        assertThat(Given.config(config.replace("REF", "main")).jobs()).containsExactly("j");
        assertThat(Given.config(config.replace("REF", "ghost")).errors()).containsExactly("invalid-value");
    }

    @Test
    void e7NullRulesAreNone() {
        assertThat(Given.config("j: {script: [t], rules: null}").jobs()).containsExactly("j");
        assertThat(Given.config("j: {script: [t], rules: [{when: always}], only: null}")
                        .jobs())
                .containsExactly("j");
    }

    @Test
    void e10RuleNeedsReplace() {
        String config = """
                a: {stage: build, script: [t]}
                b: {stage: build, script: [t]}
                j: {script: [t], needs: [a], rules: [{if: $CI_COMMIT_BRANCH, needs: NEEDS}]}
                """;
        assertThat(needs(Given.config(config.replace("NEEDS", "[b]")).job("j"))).containsExactly("b");
        assertThat(needs(Given.config(config.replace("NEEDS", "[]")).job("j"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"docs, false", "docs/, true", "docs/a.md, true", "docs/*.md, true", "'**/*.txt', false"})
    void e12Exists(String path, boolean matches) {
        Given given = Given.config("always: {script: [t]}\nj: {script: [t], rules: [{exists: ['" + path + "']}]}")
                .file("docs/a.md", "x");
        assertThat(given.jobs().contains("j")).isEqualTo(matches);
    }

    @Test
    void e14WorkflowRulesTakeTheDefaultFilterAway() {
        assertThat(Given.config(JOB).source("merge_request_event").compile().outcome())
                .isInstanceOfSatisfying(
                        Filtered.class, each -> assertThat(each.reason()).isEqualTo(Reason.NO_JOBS));
        assertThat(Given.config(JOB + "workflow: {rules: [{when: always}]}")
                        .source("merge_request_event")
                        .jobs())
                .containsExactly("j");
    }

    @Test
    void e15WorkflowRulesTakeTheWarningAway() {
        String config = "j: {script: [t], rules: [{when: always}]}\n";
        assertThat(Given.config(config).warnings()).containsExactly("rules-duplicate-pipelines");
        assertThat(Given.config(config + "workflow: {rules: [{when: always}]}").warnings())
                .isEmpty();
        assertThat(Given.config("j: {script: [t], rules: [{if: $A}, {when: never}]}")
                        .warnings())
                .isEmpty();
    }

    @Test
    void workflowRulesFilterThePipeline() {
        assertThat(Given.config(JOB + "workflow: {rules: [{if: $CI_COMMIT_TAG}]}")
                        .compile()
                        .outcome())
                .isInstanceOfSatisfying(
                        Filtered.class, each -> assertThat(each.reason()).isEqualTo(Reason.WORKFLOW_RULES));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            only: [/^rel-/]                                  | rel-1    | push     | true
            only: [/^rel-/]                                  | my-rel-1 | push     | false
            only: [main]                                     | main     | push     | true
            only: main                                       | other    | push     | false
            only: [branches], except: [schedules]            | main     | schedule | false
            only: [branches]                                 | main     | schedule | true
            only: [tags]                                     | main     | push     | false
            only: [main@group/project]                       | main     | push     | true
            only: ['/^ma[a-z]{2}\\Z/']                         | main     | push     | true
            only: ['/^MAIN$/i@group/project']                | main     | push     | true
            only: [main@other/project]                       | main     | push     | false
            only: {refs: [main], variables: [$NO]}           | main     | push     | false
            only: {changes: [src/*]}                         | main     | push     | true
            except: {changes: [src/*]}                       | main     | push     | false
            except: {refs: [other], variables: [$NO]}        | main     | push     | true
            except: {variables: [$CI_COMMIT_BRANCH]}         | main     | push     | false
            """)
    void f1f2OnlyAndExcept(String filter, String branch, String source, boolean kept) {
        Given given = Given.config("always: {script: [t]}\nj: {script: [t], " + filter + "}")
                .branch(branch)
                .source(source);
        assertThat(given.jobs().contains("j")).isEqualTo(kept);
    }

    @Test
    void f3ChangesOfATagAlwaysHold() {
        assertThat(Given.config("j: {script: [t], only: {refs: [tags], changes: [x]}}")
                        .tag("v1")
                        .jobs())
                .containsExactly("j");
        assertThat(Given.config("j: {script: [t], except: {changes: [x]}}")
                        .tag("v1")
                        .compile()
                        .outcome())
                .isInstanceOf(Filtered.class);
    }

    @Test
    void g1DefaultStageMustBeDeclared() {
        assertThat(Given.config("stages: [a]\n" + JOB).errors()).containsExactly("stage-unknown");
    }

    @Test
    void g2OnlyEdgeStagesMakeNoPipeline() {
        assertThat(Given.config("j: {stage: .pre, script: [t]}").compile().outcome())
                .isInstanceOfSatisfying(
                        Filtered.class, each -> assertThat(each.reason()).isEqualTo(Reason.NO_JOBS));
    }

    @Test
    void g3EdgeStagesStayAtTheEdges() {
        Given given = Given.config("""
                stages: [.post, a]
                last: {stage: .post, script: [t]}
                first: {stage: .pre, script: [t]}
                middle: {stage: a, script: [t]}
                """);
        assertThat(given.plan().stages()).containsExactly(".pre", "a", ".post");
        assertThat(given.jobs()).containsExactly("first", "middle", "last");
    }

    @Test
    void g7OptionalNeedsMayBeAbsent() {
        PlannedJob job = Given.config("""
                b: {stage: build, script: [t], rules: [{if: $NO}]}
                c: {script: [t], needs: [{job: b, optional: true}]}
                """).job("c");
        assertThat(needs(job)).isEmpty();
    }

    @Test
    void g8NeedsOfParallelJobs() {
        Given given = Given.config("""
                a: {stage: build, script: [t], parallel: 3}
                b: {script: [t], needs: [a]}
                c: {script: [t], needs: ["a 2/3"]}
                """);
        assertThat(needs(given.job("b"))).containsExactly("a 1/3", "a 2/3", "a 3/3");
        assertThat(needs(given.job("c"))).containsExactly("a 2/3");
    }

    @Test
    void g9NeedsOfMatrixInstances() {
        String config = """
                build: {stage: build, script: [t], parallel: {matrix: [{P: [x, y], Q: [1, 2]}]}}
                test: {script: [t], needs: [{job: build, parallel: {matrix: [ROW]}}]}
                """;
        assertThat(needs(Given.config(config.replace("ROW", "{P: x, Q: ['1', '2']}"))
                        .job("test")))
                .containsExactly("build: [x, 1]", "build: [x, 2]");
        assertThat(Given.config(config.replace("ROW", "{Q: 1, P: x}")).errors()).containsExactly("needs-unknown-job");
    }

    @Test
    void g12ArtifactsComeFromEarlierStagesNeedsOrDependencies() {
        Given given = Given.config("""
                stages: [one, two, three]
                a: {stage: one, script: [t], artifacts: {paths: [x]}}
                b: {stage: two, script: [t], artifacts: {paths: [x]}}
                all: {stage: three, script: [t]}
                one: {stage: three, script: [t], needs: [a, {job: b, artifacts: false}]}
                none: {stage: three, script: [t], dependencies: []}
                named: {stage: three, script: [t], dependencies: [b]}
                """);
        assertThat(given.job("all").artifactsFrom()).containsExactly("a", "b");
        assertThat(given.job("one").artifactsFrom()).containsExactly("a");
        assertThat(given.job("none").artifactsFrom()).isEmpty();
        assertThat(given.job("named").artifactsFrom()).containsExactly("b");
    }

    @Test
    void h1h2MatrixNamesAndOrder() {
        assertThat(Given.config("j: {script: [t], parallel: {matrix: [{A: [x, y], B: [1, 2]}, {A: z}]}}")
                        .jobs())
                .containsExactly("j: [x, 1]", "j: [x, 2]", "j: [y, 1]", "j: [y, 2]", "j: [z]");
        assertThat(Given.config("j: {script: [t], parallel: {matrix: [{A: [x, y]}, {B: [x]}]}}")
                        .jobs())
                .containsExactly("j: [x]", "j: [y]");
        assertThat(variables(Given.config("j: {script: [t], variables: {A: no}, parallel: {matrix: [{A: [x]}]}}")
                        .job("j: [x]")))
                .containsEntry("A", "x");
    }

    @Test
    void h3ParallelOfOneAndTwoHundred() {
        assertThat(Given.config("j: {script: [t], parallel: 1}").jobs()).containsExactly("j 1/1");
        assertThat(Given.config("j: {script: [t], parallel: 200}").jobs()).hasSize(200);
    }

    @Test
    void h4AWrittenJobTakesThePlaceOfAnInstance() {
        Given given = Given.config("""
                d: {script: [matrix], parallel: {matrix: [{N: [1, 3], L: [D]}]}}
                'd: [3, D]': {script: [own]}
                after: {script: [t], stage: deploy, needs: [d]}
                """);
        assertThat(given.jobs()).containsExactly("d: [1, D]", "d: [3, D]", "after");
        assertThat(given.job("d: [3, D]").scripts().script()).containsExactly("own");
        assertThat(needs(given.job("after"))).containsExactly("d: [1, D]", "d: [3, D]");
    }

    @ParameterizedTest
    @CsvSource({"c/*.yml, 'a,root'", "c/**.yml, 'a,b,root'", "c/**/*.yml, 'b,root'", "none/*.yml, root"})
    void j1IncludeWildcards(String wildcard, String jobs) {
        Given given = Given.config("include: '" + wildcard + "'\nroot: {script: [t]}")
                .file("c/d/b.yml", "b: {script: [t]}")
                .file("c/a.yml", "a: {script: [t]}");
        assertThat(given.jobs()).containsExactlyInAnyOrder(jobs.split(","));
    }

    @Test
    void j3YamlVariablesAreUnknownToInclude() {
        Given given = Given.config("include: $F\nvariables: {F: a.yml}\n" + JOB).file("a.yml", "x: {script: [t]}");
        assertThat(given.errors()).containsExactly("include-path");
        assertThat(Given.config("include: $F\n" + JOB)
                        .setting("F", "a.yml")
                        .file("a.yml", "x: {script: [t]}")
                        .jobs())
                .containsExactly("x", "j");
    }

    @Test
    void j4IncludeRules() {
        String config = "include: {local: a.yml, rules: [{if: $X == '1', when: never}, {when: always}]}\n" + JOB;
        assertThat(Given.config(config).file("a.yml", "x: {script: [t]}").jobs())
                .containsExactly("x", "j");
        assertThat(Given.config(config)
                        .file("a.yml", "x: {script: [t]}")
                        .setting("X", "1")
                        .jobs())
                .containsExactly("j");
    }

    @Test
    void environmentsAreExpandedAndNamed() {
        PlannedJob job = Given.config("""
                j:
                  script: [t]
                  resource_group: group/$CI_COMMIT_REF_NAME
                  tags: ["$TAG", fixed]
                  variables: {TAG: t-$CI_COMMIT_REF_NAME}
                  environment: {name: review/$CI_COMMIT_REF_SLUG, url: "https://$CI_ENVIRONMENT_SLUG.example.com", deployment_tier: testing}
                """).job("j");
        assertThat(Objects.requireNonNull(job.environment()).name()).isEqualTo("review/main");
        assertThat(job.resourceGroup()).isEqualTo("group/main");
        assertThat(job.tags()).containsExactly("t-main", "fixed");
        assertThat(expanded(job))
                .containsEntry("CI_ENVIRONMENT_NAME", "review/main")
                .containsEntry("CI_ENVIRONMENT_TIER", "testing")
                .containsEntry("CI_JOB_NAME", "j")
                .containsEntry("CI_JOB_STAGE", "test");
        assertThat(expanded(job).get("CI_ENVIRONMENT_URL")).matches("https://review-main-[0-9a-z]{6}\\.example\\.com");
    }

    @Test
    void triggerJobsAreLeftOutWithAWarning() {
        Given given = Given.config("t: {trigger: a/b}\nj: {script: [x], needs: [t]}");
        assertThat(given.jobs()).containsExactly("j");
        assertThat(given.warnings()).containsExactly("not-evaluated");
    }

    @Test
    void i12i13ExitCodesForgiveAndRetry() {
        Given given = Given.config("""
                a: {script: [x], allow_failure: {exit_codes: [137]}}
                b: {script: [x], retry: {max: 2, exit_codes: 137, when: runner_system_failure}}
                c: {script: [x], retry: 1}
                d: {script: [x], retry: {max: 1, when: [api_failure]}}
                """);
        assertThat(given.job("a").allowFailure().forgives(137)).isTrue();
        assertThat(given.job("a").allowFailure().forgives(1)).isFalse();
        var retry = given.job("b").retry();
        assertThat(retry.max()).isEqualTo(2);
        assertThat(retry.covers("script_failure", 137)).isTrue();
        assertThat(retry.covers("script_failure", 1)).isFalse();
        assertThat(retry.covers("runner_system_failure", 0)).isTrue();
        assertThat(given.job("c").retry().covers("anything", 1)).isTrue();
        assertThat(given.job("d").retry().covers("script_failure", 1)).isFalse();
    }

    @Test
    void percentAndDollarSignsAndRawValues() {
        PlannedJob job = Given.config("""
                j:
                  script: [t]
                  variables:
                    A: x
                    B: "%A% ${A} $A"
                    C: "$$A %%A%%"
                    D: {value: "$A", expand: false}
                    E: "$D"
                    F: "${A_${A}} $UNKNOWN 100%"
                """).job("j");
        assertThat(expanded(job))
                .containsEntry("B", "x x x")
                .containsEntry("C", "$$A %%A%%")
                .containsEntry("D", "$A")
                .containsEntry("E", "$A")
                .containsEntry("F", "${A_x} $UNKNOWN 100%");
    }

    @Test
    void stepsThatAreScriptsAreRun() {
        PlannedJob job = Given.config("""
                j:
                  run:
                    - {name: one, script: echo one}
                    - {name: two, script: "echo $A; exit 3", env: {A: "it's", N: 1}}
                """).job("j");
        assertThat(job.scripts().script())
                .containsExactly(
                        "# step one\n(\necho one\n)",
                        "# step two\n(\nexport A='it'\\''s'\nexport N='1'\necho $A; exit 3\n)");
    }
}
