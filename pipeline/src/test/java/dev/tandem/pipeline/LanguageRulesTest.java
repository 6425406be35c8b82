package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.plan.Capability;
import dev.tandem.pipeline.syntax.IncludeSources;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the description of the language refuses and accepts, section by section, beyond the list of edge cases. */
class LanguageRulesTest {
    private static List<String> errors(String config) {
        return Given.config(config.replace("\\n", "\n"))
                .options(new CompileOptions(IncludeSources.none(), false, EnumSet.allOf(Capability.class), Map.of()))
                .errors();
    }

    private static void check(String config, String errors) {
        List<String> expected = errors.equals("-") ? List.of() : List.of(errors.split(","));
        assertThat(errors(config)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiterString = " :: ", quoteCharacter = '`', textBlock = """
            2     :: true: {script: [t]} :: wrong-type
            2     :: 'true': {script: [t]} :: -
            2     :: off: {script: [t]} :: wrong-type
            2     :: null: {script: [t]} :: name-too-long
            2     :: 'nil': {script: [t]} :: -
            2     :: 12: {script: [t]} :: -
            2     :: j: {script: [t]}\\nj: {script: [u]} :: -
            2     :: ---\\nj: {script: [t]} :: -
            2     :: j: {script: [t]}\\n---\\nk: {script: [t]} :: yaml-syntax
            2     :: j: {script: [t], tags: !x [a]} :: yaml-tag
            2     :: j: {script: [t], variables: {D: 2024-01-01}} :: yaml-date
            3     :: stages: {script: [t]} :: wrong-type,no-jobs
            3     :: stages: [build, deploy]\\npages:deploy: {stage: deploy, script: [t]} :: invalid-value
            3     :: 'pages:deploy': {stage: test, script: [t]} :: -
            3     :: .h: 1\\nj: {script: [t]} :: -
            3     :: image: a\\ndefault: {image: b}\\nj: {script: [t]} :: declared-twice
            3     :: .h: {script: [t]} :: no-jobs
            3     :: tags: [a]\\nj: {script: [t]} :: wrong-type
            4.1   :: include: {local: a.yml, template: b.gitlab-ci.yml}\\nj: {script: [t]} :: include-shape
            4.1   :: include: {project: a/b}\\nj: {script: [t]} :: include-shape
            4.1   :: include: {project: solo, file: a.yml}\\nj: {script: [t]} :: include-path
            4.1   :: include: {remote: 'https://a/b.yml', integrity: nonsense}\\nj: {script: [t]} :: include-integrity
            4.1   :: include: {component: 'https://h/g/p/c@1'}\\nj: {script: [t]} :: include-path
            4.1   :: include: {artifact: a.yml, job: x}\\nj: {script: [t]} :: include-shape
            4.1   :: include: {lokal: a.yml}\\nj: {script: [t]} :: include-shape
            4.1   :: include: []\\nj: {script: [t]} :: -
            4.1   :: include: null\\nj: {script: [t]} :: -
            4.1   :: include: {local: a.txt}\\nj: {script: [t]} :: include-path
            4.2   :: include: ci/*.yml\\nj: {script: [t]} :: -
            4.4   :: include: {local: a.yml, rules: [{if: $NO, when: null}]}\\nj: {script: [t]} :: -
            4.4   :: include: {local: a.yml, rules: [{if: $NO, allow_failure: true}]}\\nj: {script: [t]} :: unknown-key
            4.4   :: include: {local: a.yml, rules: [{if: '$NO ='}]}\\nj: {script: [t]} :: if-syntax,include-not-found
            """)
    void filesAndIncludes(String section, String config, String errors) {
        check(config, errors);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiterString = " :: ", quoteCharacter = '`', textBlock = """
            5.1   :: spec: {input: {}}\\n---\\nj: {script: [t]} :: spec-invalid
            5.1   :: spec: {component: [name]}\\n---\\nj: {script: [t]} :: spec-invalid
            5.1   :: spec: {include: [{template: a.gitlab-ci.yml}]}\\n---\\nj: {script: [t]} :: spec-invalid
            5.1   :: spec: {include: [{local: a.yml, inputs: {a: b}}]}\\n---\\nj: {script: [t]} :: spec-invalid
            5.2   :: spec: {inputs: {a: {default: x, unknown: 1}}}\\n---\\nj: {script: [t]} :: spec-invalid
            5.2   :: spec: {inputs: {a: {default: x, type: text}}}\\n---\\nj: {script: [t]} :: spec-invalid
            5.2   :: spec: {inputs: {a: {default: true, type: boolean, options: [true]}}}\\n---\\nj: {script: [t]} :: spec-invalid
            5.2   :: spec: {inputs: {a: {default: c, options: [a, b]}}}\\n---\\nj: {script: [t]} :: spec-invalid
            5.2   :: spec: {inputs: {a: {default: c, regex: '^d'}}}\\n---\\nj: {script: [t]} :: spec-invalid
            5.2   :: spec: {inputs: {a: {default: c, regex: '('}}}\\n---\\nj: {script: [t]} :: spec-invalid
            5.2   :: spec: {inputs: {a: {default: 1, type: number, regex: '1'}}}\\n---\\nj: {script: [t]} :: spec-invalid
            5.2   :: spec: {inputs: {a: {default: c, rules: [{default: d}]}}}\\n---\\nj: {script: [t]} :: spec-invalid
            5.2   :: spec: {inputs: {a: {default: ''}}}\\n---\\nj: {script: ['t $[[ inputs.a ]]']} :: -
            5.2   :: spec: {inputs: {a: {default: null}}}\\n---\\nj: {script: [t]} :: -
            5.4   :: spec: {inputs: {a: {default: x}}}\\n---\\nj: {script: ['$[[ inputs.b ]]']} :: interpolation
            5.4   :: spec: {inputs: {a: {default: x}}}\\n---\\nj: {script: ['$[[ component.name ]]']} :: interpolation
            5.4   :: spec: {inputs: {a: {default: x}}}\\n---\\nj: {script: ['$[[ inputs.a | shout ]]']} :: interpolation
            5.4   :: spec: {inputs: {a: {default: x}}}\\n---\\nj: {script: ['$[[ inputs.a | posix_escape | expand_vars ]]']} :: interpolation
            5.4   :: spec: {inputs: {a: {default: x}}}\\n---\\nj: {script: ['$[[ inputs.a | expand_vars | posix_escape ]]']} :: -
            5.4   :: spec: {inputs: {a: {default: 1, type: number}}}\\n---\\nj: {script: ['$[[ inputs.a | truncate(0,1) ]]']} :: interpolation
            5.4   :: spec: {inputs: {a: {type: array, default: [!reference [j, script]]}}}\\n---\\nj: {script: [t]} :: spec-invalid
            5.5   :: j: {script: [t], inputs: {a: {default: x, type: number}}} :: invalid-value
            5.5   :: j: {script: [t], inputs: {a: {default: x, typo: 1}}} :: unknown-key
            5.6   :: b: {script: [t], parallel: {matrix: [{P: [x]}]}}\\nj: {script: [t], parallel: {matrix: [{P: [x]}]}, needs: [{job: b, parallel: {matrix: [{P: '$[[ matrix.Q ]]'}]}}]} :: needs-unknown-job
            6.2   :: j: {script: [t], extends: 1} :: extends-unknown
            6.2   :: j: {script: [t], extends: {a: b}} :: extends-shape
            6.2   :: .p: text\\nj: {script: [t], extends: .p} :: extends-unknown
            6.2   :: j: {script: [t], extends: .nope} :: extends-unknown
            6.4   :: include: !reference [a, b]\\nj: {script: [t]} :: include-shape
            6.4   :: .m: {list: [{A: x}]}\\nj: {script: [t], parallel: {matrix: [!reference [.m, list]]}} :: wrong-type
            6.4   :: .m: {parallel: {matrix: [{A: x}]}}\\nj: {script: [t], parallel: !reference [.m, parallel]} :: -
            6.5   :: default: {stage: test}\\nj: {script: [t]} :: unknown-key
            6.5   :: j: {script: [t], inherit: {default: [stage]}} :: invalid-value
            6.5   :: j: {script: [t], inherit: {variable: true}} :: unknown-key
            6.5   :: j: {script: [t], inherit: {default: yes please}} :: wrong-type
            """)
    void inputsAndMerging(String section, String config, String errors) {
        check(config, errors);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiterString = " :: ", quoteCharacter = '`', textBlock = """
            7.1   :: j: {script: [t], trigger: a/b} :: unknown-key
            7.1   :: j: {run: [{name: a, script: x}], trigger: a/b} :: unknown-key
            7.1   :: j: {stage: test} :: job-without-script
            7.3   :: t: {trigger: a/b, script: null, image: a} :: unknown-key,unknown-key
            7.3   :: t: {trigger: a/b, start_in: 5 minutes} :: unknown-key
            7.3   :: t: {trigger: a/b, manual_confirmation: Sure?} :: unknown-key
            7.3   :: t: {trigger: a/b, interruptible: true} :: -
            7.3   :: default: {tags: [x], interruptible: true}\\nt: {trigger: a/b} :: -
            7.3   :: j: {script: [t], rules: [{if: $A, tags: [x]}]} :: unknown-key
            7.3   :: workflow: {rules: [{if: $A, interruptible: true}]}\\nj: {script: [t]} :: unknown-key
            7.3   :: j: {script: [t], auto_cancel: {on_new_commit: none}} :: unknown-key
            7.4   :: j: {script: [t], artifacts: {paths: [a], public: true, access: all}} :: exclusive-keys
            7.4   :: j: {script: [t], cache: {key: {files: [a], files_commits: [b]}}} :: exclusive-keys
            7.4   :: j: {script: [t], when: delayed} :: missing-key
            7.4   :: j: {script: [t], start_in: 1 day} :: exclusive-keys
            7.4   :: j: {script: [t], when: never} :: invalid-value
            7.4   :: j: {release: {tag_name: v1, description: d}} :: job-without-script
            7.5   :: j: {script: [t], stage: 1} :: wrong-type
            7.5   :: j: {script: [t], stage: ''} :: empty-value
            7.6   :: j: {script: []} :: empty-value
            7.6   :: j: {script: ''} :: empty-value
            7.6   :: j: {script: [1]} :: wrong-type
            7.6   :: j: {script: [true]} :: wrong-type
            7.6   :: j: {script: [[a, [b]]]} :: -
            7.6   :: j: {script: {a: b}} :: wrong-type
            7.6   :: j: {script: t, before_script: '', after_script: []} :: -
            8.1   :: variables: {A: {value: x, expand: maybe}}\\nj: {script: [t]} :: wrong-type
            8.1   :: variables: {A: {value: x, options: [x, x]}}\\nj: {script: [t]} :: variable-options
            8.1   :: variables: {A: {value: x, options: []}}\\nj: {script: [t]} :: empty-value,variable-options
            8.1   :: variables: {A: [x]}\\nj: {script: [t]} :: wrong-type
            8.1   :: variables: {A: {description: d}}\\nj: {script: [t]} :: -
            8.1   :: variables: {A: null, B: true, C: 1.5}\\nj: {script: [t]} :: -
            8.1   :: variables: {A-B: x}\\nj: {script: [t]} :: invalid-value
            8.1   :: j: {script: [t], variables: {A: {value: x, description: d}}} :: unknown-key
            8.1   :: j: {script: [t], rules: [{if: $A, variables: {X: {value: y}}}]} :: wrong-type
            8.1   :: workflow: {rules: [{if: $A, variables: {X: {value: y}}}]}\\nj: {script: [t]} :: wrong-type
            8.4   :: j: {script: [t], variables: {A: $B, B: $A}} :: variable-cycle
            8.4   :: j: {script: [t], variables: {A: '$A:x'}} :: -
            """)
    void jobsAndVariables(String section, String config, String errors) {
        check(config, errors);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiterString = " :: ", quoteCharacter = '`', textBlock = """
            10.3  :: j: {script: [t], rules: [{if: $A &&}]} :: if-syntax
            10.3  :: j: {script: [t], rules: [{if: ($A}]} :: if-syntax
            10.3  :: j: {script: [t], rules: [{if: 1}]} :: wrong-type
            10.3  :: j: {script: [t], only: {variables: ['$A ==']}} :: if-syntax
            11.1  :: j: {script: [t], rules: [[{if: $A}], [[{when: never}]]]} :: -
            11.1  :: j: {script: [t], rules: {if: $A}} :: wrong-type
            11.1  :: j: {script: [t], rules: [{}]} :: empty-value
            11.1  :: j: {script: [t], rules: [null]} :: wrong-type
            11.1  :: j: {script: [t], rules: [{if: $A, unknown: 1}]} :: unknown-key
            11.2  :: j: {script: [t], rules: [{if: $A, when: sometimes}]} :: invalid-value
            11.2  :: j: {script: [t], rules: [{if: $A, when: delayed}]} :: missing-key
            11.2  :: j: {script: [t], rules: [{if: $A, start_in: 1 day}]} :: exclusive-keys
            11.2  :: j: {script: [t], rules: [{if: $A, when: delayed, start_in: 2 weeks}]} :: invalid-value
            11.2  :: j: {script: [t], rules: [{if: $A, when: delayed, start_in: 7 days}]} :: -
            11.2  :: j: {script: [t], rules: [{if: $A, interruptible: 1}]} :: wrong-type
            11.3  :: j: {script: [t], rules: [{changes: {compare_to: main}}]} :: missing-key
            11.3  :: j: {script: [t], rules: [{changes: {paths: [a], regexp: b}}]} :: exclusive-keys
            11.3  :: j: {script: [t], rules: [{changes: {regexp: '('}}]} :: invalid-value
            11.3  :: j: {script: [t], rules: [{changes: [1]}]} :: wrong-type
            11.3  :: always: {script: [t]}\\nj: {script: [t], rules: [{changes: []}]} :: -
            11.4  :: j: {script: [t], rules: [{exists: {paths: [a], ref: main}}]} :: missing-key
            11.4  :: j: {script: [t], rules: [{exists: {paths: [a], project: 1}}]} :: wrong-type
            12.2  :: j: {script: [t], only: {ref: [a]}} :: unknown-key
            12.2  :: j: {script: [t], only: [1]} :: wrong-type
            12.2  :: j: {script: [t], only: ['/(/']} :: invalid-value
            12.2  :: j: {script: [t], except: {refs: ['/[/']}} :: invalid-value
            12.2  :: j: {script: [t], only: ['/a\\x40b/@group/project', '/x/i', '/^v1\\Z/', /]} :: -
            12.2  :: j: {script: [t], only: {kubernetes: yes}} :: wrong-type
            13    :: workflow: {rules: []}\\nj: {script: [t]} :: empty-value
            13    :: workflow: {rules: [{when: manual}]}\\nj: {script: [t]} :: invalid-value
            13    :: workflow: {name: 1}\\nj: {script: [t]} :: wrong-type
            13    :: workflow: {auto_cancel: {on_new_commit: maybe}}\\nj: {script: [t]} :: invalid-value
            13    :: workflow: {auto_cancel: {on_job_failure: some}}\\nj: {script: [t]} :: invalid-value
            13    :: workflow: {when: always}\\nj: {script: [t]} :: unknown-key
            14.1  :: stages: [[build], [[test]]]\\nj: {script: [t]} :: -
            14.1  :: stages: test\\nj: {script: [t]} :: wrong-type
            14.3  :: a: {stage: build, script: [t]}\\nj: {script: [t], needs: [{job: a, parallel: {matrix: [{P: x}]}}]} :: needs-unknown-job
            14.3  :: a: {stage: build, script: [t]}\\nj: {script: [t], needs: [{job: a, optional: 'yes'}]} :: wrong-type
            14.3  :: j: {script: [t], needs: [ghost]} :: needs-unknown-job
            14.3  :: j: {script: [t], needs: [{job: ghost, optional: true}]} :: -
            14.3  :: j: {script: [t], needs: a} :: wrong-type
            14.4  :: j: {script: [t], dependencies: [ghost]} :: dependencies-unknown-job
            14.4  :: a: {stage: deploy, script: [t]}\\nj: {script: [t], dependencies: [a]} :: dependencies-later-stage
            15    :: j: {script: [t], parallel: {matrix: {A: x}}} :: wrong-type
            15    :: j: {script: [t], parallel: {matrix: []}} :: empty-value
            15    :: j: {script: [t], parallel: {matrix: [{A: []}]}} :: empty-value
            15    :: j: {script: [t], parallel: {matrix: [{A-B: x}]}} :: invalid-value
            15    :: j: {script: [t], parallel: {matrix: [{A: {b: c}}]}} :: wrong-type
            15    :: j: {script: [t], parallel: {matrix: [{}]}} :: empty-value
            15    :: a: {script: [t]}\\nj: {script: [t], needs: [a], parallel: {matrix: [{A-B: x}]}} :: invalid-value
            15    :: j: {script: [t], parallel: {matriks: [{A: x}]}} :: unknown-key,missing-key
            15    :: t: {trigger: a/b, parallel: {matrix: [{A: [x, y]}]}} :: -
            15    :: t: {trigger: a/b, parallel: 2} :: wrong-type
            16.1  :: t: {trigger: a/b, rules: [{if: $A, when: delayed, start_in: 1 day}]} :: invalid-value
            16.1  :: j: {script: [t], allow_failure: {exit_codes: []}} :: empty-value
            16.1  :: j: {script: [t], allow_failure: {exit_codes: [1, 1]}} :: invalid-value
            16.1  :: j: {script: [t], allow_failure: {exit_codes: '1'}} :: wrong-type
            16.1  :: j: {script: [t], allow_failure: {}} :: missing-key
            16.1  :: t: {trigger: a/b, allow_failure: {exit_codes: 1}} :: wrong-type
            16.4  :: j: {script: [t], when: delayed, start_in: 8 days} :: invalid-value
            16.4  :: j: {script: [t], when: delayed, start_in: 30} :: -
            """)
    void rulesAndGraph(String section, String config, String errors) {
        check(config, errors);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiterString = " :: ", quoteCharacter = '`', textBlock = """
            18.2  :: j: {script: [t], artifacts: {paths: []}} :: -
            18.2  :: j: {script: [t], artifacts: {paths: [a], exclude: []}} :: -
            18.2  :: j: {script: [t], artifacts: {paths: a}} :: wrong-type
            18.2  :: j: {script: [t], artifacts: {expose_as: x}} :: missing-key
            18.2  :: j: {script: [t], artifacts: {expose_as: x, paths: ['a/*']}} :: invalid-value
            18.2  :: j: {script: [t], artifacts: {expose_as: x, paths: [$A]}} :: invalid-value
            18.2  :: j: {script: [t], artifacts: {expose_as: x, paths: [./a]}} :: invalid-value
            18.2  :: j: {script: [t], artifacts: {expose_as: x, paths: [a/]}} :: -
            18.2  :: j: {script: [t], artifacts: {paths: [a], when: never}} :: invalid-value
            18.2  :: j: {script: [t], artifacts: {paths: [a], expire_in: soon}} :: duration
            18.2  :: j: {script: [t], artifacts: {paths: [a], expire_in: never}} :: -
            18.2  :: j: {script: [t], artifacts: {paths: [a], access: owner}} :: invalid-value
            18.2  :: j: {script: [t], artifacts: {reports: {junit: null}}} :: wrong-type
            18.2  :: j: {script: [t], artifacts: {reports: {junit: {a: b}}}} :: wrong-type
            18.2  :: j: {script: [t], artifacts: {junit: a.xml}} :: unknown-key
            18.2  :: j: {script: [t], artifacts: {reports: {coverage_report: {coverage_format: jacoco}}}} :: missing-key
            18.2  :: j: {script: [t], artifacts: {reports: {coverage_report: {coverage_format: lcov, path: a}}}} :: invalid-value
            18.2  :: j: {script: [t], artifacts: {untracked: 1}} :: wrong-type
            18.4  :: j: {script: [t], cache: [{paths: [a]}, {paths: [a]}, {paths: [a]}, {paths: [a]}, {paths: [a]}]} :: invalid-value
            18.4  :: j: {script: [t], cache: {key: {files: a}}} :: wrong-type
            18.4  :: j: {script: [t], cache: {key: {files: []}}} :: empty-value
            18.4  :: j: {script: [t], cache: {key: {files: [a], prefix: 1}}} :: wrong-type
            18.4  :: j: {script: [t], cache: {key: {prefix: a}}} :: missing-key
            18.4  :: j: {script: [t], cache: {key: a%2fb}} :: invalid-value
            18.4  :: j: {script: [t], cache: {paths: a}} :: wrong-type
            18.4  :: j: {script: [t], cache: {untracked: 'yes'}} :: wrong-type
            18.4  :: j: {script: [t], cache: {policy: read}} :: invalid-value
            18.4  :: j: {script: [t], cache: {policy: $P, when: always}} :: -
            18.4  :: j: {script: [t], cache: {when: [always]}} :: wrong-type
            18.4  :: j: {script: [t], cache: {fallback_keys: [a, b, c, d, e, f]}} :: invalid-value
            18.5  :: j: {script: [t], coverage: abc} :: invalid-value
            18.5  :: j: {script: [t], coverage: '/(/'} :: invalid-value
            18.6  :: j: {script: [t], dast_configuration: {site: a}, stage: dast}\\nstages: [dast] :: unknown-key
            18.6  :: j: {script: [t], dast_configuration: {site_profile: a}} :: invalid-value
            18.7  :: j: {script: [t], environment: {url: 'https://a'}} :: missing-key
            18.7  :: j: {script: [t], environment: {name: a, url: ftp}} :: invalid-value
            18.7  :: j: {script: [t], environment: {name: a, action: begin}} :: invalid-value
            18.7  :: j: {script: [t], environment: {name: a, deployment_tier: prod}} :: invalid-value
            18.7  :: j: {script: [t], environment: {name: a, deployment_tier: $T}} :: -
            18.7  :: j: {script: [t], environment: {name: a, auto_stop_in: later}} :: duration
            18.7  :: j: {script: [t], environment: {name: a, kubernetes: {agent: a/b, namespace: n}}} :: -
            18.7  :: j: {script: [t], environment: {name: a, kubernetes: {agent: a/b, dashboard: {namespace: n, flux_resource_path: p}, managed_resources: {enabled: true}}}} :: -
            18.7  :: j: {script: [t], environment: {name: a, kubernetes: {agent: a/b, flux_resource_path: p}}} :: missing-key
            18.7  :: j: {script: [t], environment: {name: a, kubernetes: {namespace: n}}} :: missing-key
            18.7  :: j: {script: [t], environment: {name: a, kubernetes: {agnt: n}}} :: unknown-key
            18.7  :: j: {script: [t], environment: a#b} :: invalid-value
            18.9  :: j: {script: [t], hooks: {post_script: [a]}} :: unknown-key
            18.10 :: j: {script: [t], id_tokens: {T: {aud: [a, a]}}} :: invalid-value
            18.10 :: j: {script: [t], id_tokens: {T: {aud: []}}} :: empty-value
            18.10 :: j: {script: [t], id_tokens: {T: {aud: x, sub: y}}} :: unknown-key
            18.11 :: j: {script: [t], image: []} :: wrong-type
            18.11 :: j: {script: [t], image: ''} :: empty-value
            18.11 :: j: {script: [t], image: {name: a, entrypoint: x}} :: wrong-type
            18.11 :: j: {script: [t], image: {name: a, entrypoint: []}} :: empty-value
            18.11 :: j: {script: [t], image: {name: a, pull_policy: []}} :: empty-value
            18.11 :: j: {script: [t], image: {name: a, pull_policy: [always, always]}} :: invalid-value
            18.11 :: j: {script: [t], image: {name: a, pull_policy: daily}} :: invalid-value
            18.11 :: j: {script: [t], image: {name: a, docker: {host: x}}} :: unknown-key
            18.11 :: j: {script: [t], image: {name: a, docker: {user: ''}}} :: empty-value
            18.11 :: j: {script: [t], image: {name: a, kubernetes: {user: 1000}}} :: -
            18.11 :: j: {script: [t], image: {name: a, kubernetes: {group: 1}}} :: unknown-key
            18.15 :: j: {script: [t], pages: {expire_in: soon}} :: duration
            18.16 :: j: {script: [t], release: {tag_name: v1, description: d, released_at: tomorrow}} :: invalid-value
            18.16 :: j: {script: [t], release: {tag_name: v1, description: d, released_at: '2026-01-02T03:04:05Z'}} :: -
            18.16 :: j: {script: [t], release: {tag_name: v1, description: d, assets: {links: []}}} :: empty-value
            18.16 :: j: {script: [t], release: {tag_name: v1, description: d, assets: {links: [{name: n}]}}} :: missing-key
            18.16 :: j: {script: [t], release: {tag_name: v1, description: d, tag: x}} :: unknown-key
            18.17 :: j: {script: [t], resource_group: 'a?b'} :: invalid-value
            18.17 :: j: {script: [t], resource_group: /a} :: invalid-value
            18.17 :: j: {script: [t], resource_group: a/b $C.d-e_f} :: -
            18.18 :: j: {script: [t], retry: 3} :: invalid-value
            18.18 :: j: {script: [t], retry: '1'} :: wrong-type
            18.18 :: j: {script: [t], retry: {max: 1, on: x}} :: unknown-key
            18.18 :: j: {script: [t], retry: {max: 1, when: bad_luck}} :: invalid-value
            18.18 :: j: {script: [t], retry: {when: always}} :: -
            18.19 :: j: {run: [{name: 1a, script: x}]} :: invalid-value
            18.19 :: j: {run: [{name: a, script: x, inputs: {b: c}}]} :: exclusive-keys
            18.19 :: j: {run: [{name: a, script: x, env: [b]}]} :: wrong-type
            18.19 :: j: {run: []} :: empty-value
            18.21 :: j: {script: [t], secrets: {P: {vault: {path: a, field: b}}}} :: missing-key
            18.21 :: j: {script: [t], secrets: {P: {gcp_secret_manager: {name: a}}}} :: missing-key
            18.21 :: j: {script: [t], secrets: {P: {gcp_secret_manager: {name: a}, token: $T}}} :: -
            18.21 :: j: {script: [t], secrets: {P: {azure_key_vault: {version: a}}}} :: missing-key
            18.22 :: j: {script: [t], services: [null]} :: wrong-type
            18.22 :: j: {script: [t], services: a} :: wrong-type
            18.22 :: j: {script: [t], services: [{alias: a}]} :: missing-key
            18.22 :: j: {script: [t], services: [{name: a, port: 1}]} :: unknown-key
            18.22 :: j: {script: [t], services: [{name: a, command: []}]} :: empty-value
            18.22 :: j: {script: [t], services: [{name: a, alias: $A}]} :: invalid-value
            18.23 :: j: {script: [t], tags: x} :: wrong-type
            18.23 :: j: {script: [t], tags: [1]} :: wrong-type
            18.24 :: j: {script: [t], timeout: long} :: duration
            18.24 :: j: {script: [t], timeout: 1 hour and 30 minutes} :: -
            18.26 :: t: {trigger: {project: a/b, strategy: wait}} :: invalid-value
            18.26 :: t: {trigger: {project: a/b, forward: {variables: true}}} :: unknown-key
            18.26 :: t: {trigger: {branch: main}} :: missing-key
            18.26 :: t: {trigger: {project: ''}} :: empty-value
            18.26 :: t: {trigger: a/b#c} :: invalid-value
            18.26 :: t: {trigger: {include: []}} :: invalid-value
            18.26 :: t: {trigger: {include: [{file: a.yml}]}} :: missing-key
            18.26 :: t: {trigger: {include: [{project: a/b}]}} :: missing-key
            18.26 :: t: {trigger: {include: a.txt}} :: invalid-value
            18.26 :: t: {trigger: {include: [{local: $FILE}]}} :: -
            18.26 :: t: {trigger: {include: [{local: a.yml, rules: [{if: $A}]}]}} :: unknown-key
            18.26 :: t: {trigger: {project: a/b, inputs: [a]}} :: wrong-type
            """)
    void keywords(String section, String config, String errors) {
        check(config, errors);
    }
}
