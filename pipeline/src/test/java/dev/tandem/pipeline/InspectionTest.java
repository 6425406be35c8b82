package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.plan.DeclaredJob;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What is shown of a configuration without making a pipeline of it. */
class InspectionTest {

    @Test
    void everyFileIsPutIntoOne() {
        Inspection inspection = Given.config("""
                        include: more.yml
                        .base: {image: "alpine:3", retry: 1}
                        test:
                          extends: .base
                          script:
                            - echo a
                            - |
                              if true; then
                                echo "b: c"
                              fi
                            - !reference [.lines, script]
                          variables: {YES: "yes", NO: no, OCTAL: "012", EMPTY: "", N: null}
                        """)
                .file("more.yml", ".lines: {script: ['echo \"x\"', 'a: b']}\ndefault: {tags: []}\n")
                .inspect();

        assertThat(inspection.diagnostics()).isEmpty();
        assertThat(inspection.mergedYaml()).isEqualTo("""
                ---
                .lines:
                  script:
                  - "echo \\"x\\""
                  - "a: b"
                default:
                  tags: []
                .base:
                  image: "alpine:3"
                  retry: 1
                test:
                  image: "alpine:3"
                  retry: 1
                  extends: .base
                  script:
                  - echo a
                  - |
                    if true; then
                      echo "b: c"
                    fi
                  -
                    - "echo \\"x\\""
                    - "a: b"
                  variables:
                    "true": "yes"
                    "false": false
                    OCTAL: "012"
                    EMPTY: ""
                    N:
                """);
    }

    @Test
    void whatIsShownReadsBackAsTheSame() {
        String matrix =
                "a:\n  script: ['  lead', \"end \\n\", \"tab\\there\", '- dash', '# no comment', '{}', \"\\u2028\"]\n"
                        + "  parallel: {matrix: [{A: [1, 0x1F, 1.50, '1.50'], B: ['on', '~', '2020-01-01', '1:30']}]}\n";
        String once = Given.config(matrix).inspect().mergedYaml();

        assertThat(once).isNotNull();
        assertThat(Given.config(once).inspect().mergedYaml()).isEqualTo(once);
        assertThat(Given.config(once).jobs()).isEqualTo(Given.config(matrix).jobs());
        assertThat(Given.config(once).job("a: [1, on]").scripts())
                .isEqualTo(Given.config(matrix).job("a: [1, on]").scripts());
    }

    @Property(tries = 300)
    void anyTextReadsBackAsItWas(@ForAll String text) {
        String legal = text.replaceAll("[^\\x09\\x0a\\x20-\\x7e\\u00a0-\\ud7ff\\ue000-\\ufefe]", "") + "x";
        String config = "a: {script: [\"" + legal.replaceAll("[\"\\\\\\n\\t]", " ") + "\"]}\n";
        String merged = Given.config(config).inspect().mergedYaml();

        assertThat(merged).isNotNull();
        assertThat(Given.config(merged).job("a").scripts())
                .isEqualTo(Given.config(config).job("a").scripts());
    }

    @Test
    void jobsAreListedAsWrittenWhateverTheirRules() {
        Inspection inspection = Given.config("""
                        a: {script: [echo], rules: [{if: $NEVER}], environment: {name: prod/$X}}
                        b: {script: [echo], when: manual, tags: [linux]}
                        """).inspect();

        assertThat(inspection.valid()).isTrue();
        assertThat(inspection.jobs()).extracting(DeclaredJob::name).containsExactly("a", "b");
        assertThat(inspection.jobs().getFirst().environment()).isEqualTo("prod/$X");
        assertThat(inspection.jobs().getLast().allowFailure()).isTrue();
    }

    @Test
    void aConfigurationThatExplodesIsNotWritten() {
        StringBuilder config = new StringBuilder("a0: &a0 {x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}\n");
        for (int level = 1; level < 6; level++) {
            config.append(".a" + level + ": &a" + level + " [" + ("*a" + (level - 1) + ", ").repeat(9) + "*a"
                    + (level - 1) + "]\n");
        }

        assertThat(Given.config(config.toString()).inspect().mergedYaml()).isNull();
    }
}
