package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.plan.Capability;
import dev.tandem.pipeline.plan.Need;
import dev.tandem.pipeline.plan.OutsideNeed;
import dev.tandem.pipeline.syntax.IncludeSources;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of the edge-case list that are about what is refused, with all that a caller can offer. */
class FaultyCasesTest {
    private static Given given(String config) {
        return Given.config(config.replace("\\n", "\n"))
                .options(new CompileOptions(IncludeSources.none(), false, EnumSet.allOf(Capability.class), Map.of()));
    }

    /** Row, configuration, ids of the errors; a dash: it is valid. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiterString = " :: ", quoteCharacter = '`', textBlock = """
            A9   :: .a: {extends: .b}\\n.b: {extends: .a}\\nj: {script: [t]} :: extends-cycle
            A13  :: j: {script: [!reference [j, script]]} :: reference-cycle
            B5   :: default: {script: [x]}\\nj: {script: [t]} :: unknown-key
            C6   :: j: {script: [t], variables: {FOO: {value: b, desc: d}}} :: unknown-key
            C6   :: variables: {FOO: {value: b, desc: d}}\\nj: {script: [t]} :: unknown-key
            C7   :: variables: {FOO: {value: x, options: [a, b]}}\\nj: {script: [t]} :: variable-options
            C7   :: variables: {FOO: {options: [a, b]}}\\nj: {script: [t]} :: variable-options
            D19  :: j: {script: [t], rules: [{if: '$S == true'}]} :: if-syntax
            D20  :: j: {script: [t], rules: [{if: '${S} == "x y"'}]} :: if-syntax
            D21  :: j: {script: [t], rules: [{if: '$S =~ /./'}]} :: if-syntax
            D22  :: j: {script: [t], rules: [{if: '$S = "x y"'}]} :: if-syntax
            E6   :: j: {script: [t], rules: [{changes: {paths: [a], compare_to: {ref: main}}}]} :: wrong-type
            E7   :: j: {script: [t], rules: []} :: empty-value
            E8   :: j: {script: [t], rules: [{when: always}], only: [main]} :: exclusive-keys
            E9   :: j: {script: [t], rules: [{when: always}], start_in: 5 minutes} :: exclusive-keys
            E9   :: j: {script: [t], rules: [{when: delayed, start_in: 5 minutes}]} :: -
            E11  :: j: {script: [t], rules: [{if: $NEVER, needs: [ghost]}, {when: always}]} :: needs-unknown-job
            E13  :: j: {script: [t], rules: [{if: $A, allow_failure: {exit_codes: 1}}]} :: wrong-type
            G4   :: a: {stage: deploy, script: [t]}\\nj: {script: [t], needs: [a]} :: needs-later-stage
            G4   :: a: {script: [t]}\\nj: {script: [t], needs: [a]} :: -
            G5   :: a: {script: [t]}\\nj: {script: [t], needs: [a, {job: a}]} :: needs-duplicate
            G6   :: j: {script: [t], needs: [j]} :: needs-cycle
            G6   :: a: {script: [t], needs: [j]}\\nj: {script: [t], needs: [a]} :: needs-cycle
            G7   :: b: {script: [t], rules: [{if: $NO}]}\\nc: {script: [t], needs: [b]} :: needs-not-in-pipeline
            G10  :: b: {script: [t], parallel: {matrix: [{P: [x]}]}}\\nj: {script: [t], needs: [{job: b, parallel: {matrix: [{P: '$[[ matrix.P ]]'}]}}]} :: needs-unknown-job
            G11  :: a: {stage: build, script: [t]}\\nb: {stage: build, script: [t]}\\nj: {script: [t], needs: [a], dependencies: [b]} :: dependencies-not-in-needs
            H3   :: j: {script: [t], parallel: '5'} :: wrong-type
            H3   :: j: {script: [t], parallel: 0} :: invalid-value
            H3   :: j: {script: [t], parallel: 201} :: invalid-value
            J4   :: include: {local: a.yml, rules: [{when: manual}]}\\nj: {script: [t]} :: include-not-found,invalid-value
            J11  :: t: {trigger: {include: [a.yml, b.yml, c.yml, d.yml]}} :: invalid-value
            J14  :: t: {trigger: a/b, when: delayed} :: invalid-value
            J14  :: t: {trigger: a/b, when: manual} :: -
            J15  :: d: {script: [t], environment: {name: r, on_stop: stop}} :: on-stop-unknown-job
            J15  :: d: {script: [t], environment: {name: r, on_stop: s}}\\ns: {script: [t], environment: {name: q, action: stop}} :: on-stop-mismatch
            J15  :: d: {script: [t], environment: {name: r, on_stop: s}}\\ns: {script: [t], environment: {name: r}} :: on-stop-mismatch
            K1   :: j: {script: [{echo a: b}]} :: wrong-type
            K1   :: j: {script: ['echo a: b']} :: -
            K2   :: j: {script: [t], cache: {key: a/b}} :: invalid-value
            K2   :: j: {script: [t], cache: {key: ..}} :: invalid-value
            K2   :: j: {script: [t], cache: {key: .a}} :: -
            K3   :: j: {script: [t], image: {entrypoint: [x]}} :: missing-key
            K3   :: j: {script: [t], image: null} :: -
            K4   :: j: {script: [t], services: [{name: a, entrypoint: x}]} :: wrong-type
            K5   :: j: {script: [t], retry: {max: 1, exit_codes: [1, 1]}} :: invalid-value
            K5   :: j: {script: [t], retry: {max: 1, when: [api_failure, api_failure]}} :: -
            K6   :: stages: [1, 2]\\nj: {script: [t], stage: '1'} :: wrong-type,wrong-type,stage-unknown
            K7   :: t: {trigger: slug} :: invalid-value
            K7   :: t: {trigger: a/b} :: -
            K7   :: t: {trigger: $VAR} :: -
            K8   :: a: {script: [t], something: 1}\\nb: {script: [t], retry: 3} :: unknown-key,invalid-value
            7.1  :: m: {needs: {pipeline: a/b}}\\nj: {script: [t]} :: -
            7.1  :: m: {stage: build, needs: [{pipeline: $P}], rules: [{if: $CI_COMMIT_BRANCH}]}\\nj: {script: [t]} :: -
            7.1  :: m: {needs: [{pipeline: a/b}], tags: [x]}\\nj: {script: [t]} :: unknown-key
            7.1  :: m: {needs: [j]}\\nj: {script: [t]} :: job-without-script
            E23  :: m: {needs: [{pipeline: a/b}, {pipeline: c/d}]}\\nj: {script: [t]} :: invalid-value
            E23  :: m: {trigger: a/b, needs: [{pipeline: c/d}]}\\nj: {script: [t]} :: invalid-value
            E23  :: j: {script: [t], needs: [{pipeline: c/d}]} :: missing-key
            7.4  :: t: {trigger: a/b, needs: [{project: a/b, job: x, ref: main}]} :: invalid-value
            7.4  :: t: {trigger: a/b, needs: [{pipeline: $P, job: x}]} :: invalid-value
            14.3 :: j: {script: [t], needs: [{pipeline: $P, job: x}]} :: -
            14.3 :: j: {script: [t], needs: [{project: a/b, job: x, ref: main, artifacts: true}]} :: -
            14.3 :: j: {script: [t], needs: [{project: a/b, job: x}]} :: missing-key
            14.3 :: j: {script: [t], needs: [{project: a/b, ref: main}]} :: missing-key
            14.3 :: j: {script: [t], needs: [{pipeline: 1, job: x}]} :: wrong-type
            E24  :: j: {script: [t], needs: [{project: a/b, pipeline: $P, job: x, ref: main}]} :: exclusive-keys
            E24  :: j: {script: [t], needs: [{pipeline: $P, job: x, optional: true}]} :: exclusive-keys
            E24  :: j: {script: [t], needs: [{artifacts: true}]} :: missing-key
            E24  :: j: {script: [t], needs: [null]} :: wrong-type
            E24  :: j: {script: [t], needs: [1]} :: wrong-type
            E25  :: j: {script: [t], rules: [{if: $A, needs: [{pipeline: $P, job: x}]}]} :: invalid-value
            E25  :: j: {script: [t], rules: [{if: $A, needs: [{project: a/b, job: x, ref: main}]}]} :: invalid-value
            14.3 :: j: {script: [t], needs: [{project: a/b, job: a, ref: r}, {project: a/b, job: b, ref: r}, {project: a/b, job: c, ref: r}, {project: a/b, job: d, ref: r}, {project: a/b, job: e, ref: r}]} :: -
            14.3 :: j: {script: [t], needs: [{project: a/b, job: a, ref: r}, {project: a/b, job: b, ref: r}, {project: a/b, job: c, ref: r}, {project: a/b, job: d, ref: r}, {project: a/b, job: e, ref: r}, {project: a/b, job: f, ref: r}]} :: invalid-value
            RUN  :: j: {run: [{name: a, script: x}]} :: -
            RUN  :: j: {run: [{name: a}]} :: missing-key
            RUN  :: j: {run: [{name: a, script: x, step: y}]} :: exclusive-keys
            RUN  :: j: {run: [{script: x}]} :: missing-key
            RUN  :: j: {run: [{name: a, script: x}], before_script: [b]} :: exclusive-keys
            REL  :: j: {script: [t], release: {tag_name: v1, description: d, assets: {links: [{name: n, url: u, link_type: other}]}}} :: -
            REL  :: j: {script: [t], release: {tag_name: v1}} :: missing-key
            REL  :: j: {script: [t], release: {tag_name: v1, description: d, assets: {links: [{name: n, url: u, link_type: zip}]}}} :: invalid-value
            ID   :: j: {script: [t], id_tokens: {T: {aud: x}}} :: -
            ID   :: j: {script: [t], id_tokens: {T: {}}} :: missing-key
            ID   :: j: {script: [t], identity: aws} :: invalid-value
            SEC  :: j: {script: [t], secrets: {P: {vault: a/b@c, file: false}}} :: -
            SEC  :: j: {script: [t], secrets: {P: {file: false}}} :: missing-key
            PAG  :: j: {script: [t], pages: true} :: -
            PAG  :: j: {script: [t], pages: {publish: dist, path_prefix: $X, expire_in: 1 day}} :: -
            PAG  :: j: {script: [t], pages: {publisch: dist}} :: unknown-key
            DAST :: stages: [dast]\\nj: {stage: dast, script: [t], dast_configuration: {site_profile: a, scanner_profile: b}} :: -
            INP  :: j: {script: [t], inputs: {n: {default: 1, type: number}}} :: -
            INP  :: j: {script: [t], inputs: {n: {type: number}}} :: missing-key
            """)
    void refused(String row, String config, String errors) {
        List<String> expected = errors.equals("-") ? List.of() : List.of(errors.split(","));
        assertThat(given(config).errors()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void a8TenAncestorsAreFineElevenAreNot() {
        String chain = IntStream.rangeClosed(1, 9)
                .mapToObj(i -> "." + i + ": {extends: ." + (i + 1) + "}\n")
                .collect(Collectors.joining());
        assertThat(given(chain + ".10: {script: [t]}\nj: {extends: .1}").errors())
                .isEmpty();
        assertThat(given(chain + ".10: {extends: .11}\n.11: {script: [t]}\nj: {extends: .1}")
                        .errors())
                .contains("extends-too-deep");
    }

    @Test
    void a12TenReferencesAreFineElevenAreNot() {
        String chain = IntStream.rangeClosed(1, 9)
                .mapToObj(i -> "." + i + ": {s: [!reference [." + (i + 1) + ", s]]}\n")
                .collect(Collectors.joining());
        assertThat(given(chain + ".10: {s: [t]}\nj: {script: [!reference [.1, s]]}")
                        .errors())
                .isEmpty();
        assertThat(given(chain + ".10: {s: [!reference [.11, s]]}\n.11: {s: [t]}\nj: {script: [!reference [.1, s]]}")
                        .errors())
                .contains("reference-too-deep");
    }

    @Test
    void b4TriggersForwardWhatTheyInherit() {
        var job = given("variables: {ROOT: r}\nt: {trigger: a/b, inherit: {variables: false}, variables: {OWN: o}}")
                .job("t");
        assertThat(job.variables()).extracting(each -> each.key()).containsExactly("OWN");
        assertThat(Objects.requireNonNull(job.trigger()).yamlVariables()).isTrue();
    }

    @Test
    void needsOfOtherPipelinesOrderNothing() {
        Given given = given("a: {stage: build, script: [t]}\n"
                + "j: {script: [t], variables: {REF: next}, needs: [{project: lib/core, job: make, ref: $REF}]}\n"
                + "k: {script: [t], needs: [{pipeline: $PARENT, job: make, artifacts: false}, a]}\n"
                + "m: {needs: {pipeline: $UP/core}}\n");
        given.setting("PARENT", "17").setting("UP", "lib");
        var job = given.job("j");
        assertThat(job.needs()).isNull();
        assertThat(job.outsideNeeds()).containsExactly(new OutsideNeed(null, "lib/core", "next", "make", true));
        assertThat(given.job("k").needs()).containsExactly(new Need("a", true, false));
        assertThat(given.job("k").outsideNeeds()).containsExactly(new OutsideNeed("17", null, null, "make", false));
        assertThat(given.job("m").mirrors()).isEqualTo("lib/core");
        assertThat(given.job("m").needs()).isNull();
    }

    @Test
    void mirrorsAreLeftOutWhereNobodyFollowsOtherProjects() {
        Given given = Given.config("m: {needs: {pipeline: a/b}}\nj: {script: [t]}");
        assertThat(given.jobs()).containsExactly("j");
        assertThat(given.warnings()).containsExactly("not-evaluated");
    }

    @Test
    void f4NullRemovesAnInheritedFilter() {
        assertThat(given(".p: {only: [other]}\nj: {extends: .p, only: null, script: [t]}")
                        .jobs())
                .containsExactly("j");
    }

    @Test
    void g13FiftyNeedsAreFineOneMoreIsNot() {
        String jobs = IntStream.rangeClosed(1, 51)
                .mapToObj(i -> "j" + i + ": {stage: build, script: [t]}\n")
                .collect(Collectors.joining());
        String needs = IntStream.rangeClosed(1, 50).mapToObj(i -> "j" + i).collect(Collectors.joining(", "));
        assertThat(given(jobs + "last: {script: [t], needs: [" + needs + "]}").errors())
                .isEmpty();
        assertThat(given(jobs + "last: {script: [t], needs: [" + needs + ", j51]}")
                        .errors())
                .containsExactly("needs-too-many");
    }

    @Test
    void j13ChildrenSeeTheirOwnSource() {
        String config = "a: {script: [t], rules: [{if: $CI_PIPELINE_SOURCE == 'merge_request_event'}]}\n"
                + "b: {script: [t], rules: [{if: $CI_MERGE_REQUEST_ID}]}\n";
        assertThat(given(config)
                        .source("parent_pipeline")
                        .predefined("CI_MERGE_REQUEST_ID", "1")
                        .jobs())
                .containsExactly("b");
    }
}
