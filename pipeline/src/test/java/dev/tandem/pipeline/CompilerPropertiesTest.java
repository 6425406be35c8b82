package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds for any input: nothing throws, and the same input compiles to the same result. */
class CompilerPropertiesTest {
    private static final List<String> WORDS = List.of(
            "job",
            ".base",
            "stages",
            "default",
            "include",
            "variables",
            "workflow",
            "rules",
            "if",
            "when",
            "script",
            "needs",
            "extends",
            "artifacts",
            "reports",
            "junit",
            "cache",
            "key",
            "files",
            "image",
            "name",
            "services",
            "retry",
            "max",
            "parallel",
            "matrix",
            "environment",
            "on_stop",
            "allow_failure",
            "exit_codes",
            "timeout",
            "only",
            "except",
            "tags",
            "inherit",
            "dependencies",
            "stage",
            "changes",
            "exists",
            "<<",
            "spec",
            "trigger",
            "coverage",
            "hooks",
            "release",
            "secrets",
            "pages",
            "inputs",
            "run");
    private static final List<String> VALUES = List.of(
            "job",
            ".base",
            "manual",
            "always",
            "$A == \"b\"",
            "$A =~ /x",
            "1",
            "-1",
            "true",
            "null",
            "~",
            "*a",
            "&a x",
            "[]",
            "{}",
            "''",
            "!reference [job, script]",
            "!reference [.base]",
            "!x y",
            "a.yml",
            "30 minutes",
            "5 parsecs",
            "$CI_COMMIT_BRANCH",
            "/x/",
            "[a, [b, [c]]]",
            "{name: x}",
            "{paths: [a]}",
            "0x1",
            "2024-01-01",
            "production",
            "{job: job, optional: true}");

    @Property
    void arbitraryBytesNeverThrow(@ForAll byte[] content) {
        assertThat(Given.nothing().file(Given.ROOT, content).compile().outcome())
                .isNotNull();
    }

    @Property
    void arbitraryTextNeverThrows(@ForAll String content) {
        assertThat(Given.nothing()
                        .file(Given.ROOT, content.getBytes(StandardCharsets.UTF_8))
                        .compile()
                        .outcome())
                .isNotNull();
    }

    @Property
    void configurationsNeverThrowAndCompileTheSameTwice(@ForAll("configurations") String config) {
        Given given = Given.config(config).file("a.yml", "included: {script: [x]}");
        Compilation first = given.compile();
        assertThat(given.compile().toString()).isEqualTo(first.toString());
        boolean errors = first.diagnostics().stream().anyMatch(each -> each.isError());
        assertThat(first.outcome() instanceof Outcome.Invalid).isEqualTo(errors);
    }

    /** Keywords and values in any combination, three levels deep, as flow mappings. */
    @Provide
    Arbitrary<String> configurations() {
        Arbitrary<String> leaf = Arbitraries.of(VALUES);
        Arbitrary<String> value = Arbitraries.frequencyOf(
                Tuple.of(3, leaf),
                Tuple.of(1, leaf.list().ofMaxSize(3).map(list -> "[" + String.join(", ", list) + "]")),
                Tuple.of(2, mapping(leaf)),
                Tuple.of(1, mapping(mapping(leaf)).map(each -> "[" + each + "]")));
        Arbitrary<String> job = Combinators.combine(
                        Arbitraries.of(
                                "job: ", ".base: ", "other: ", "default: ", "variables: ", "workflow: ", "include: "),
                        mapping(value))
                .as((key, body) -> key + body + "\n");
        return job.list().ofMinSize(1).ofMaxSize(5).map(jobs -> String.join("", jobs) + "last: {script: [x]}\n");
    }

    private static Arbitrary<String> mapping(Arbitrary<String> value) {
        return Combinators.combine(Arbitraries.of(WORDS), value)
                .as((key, body) -> key + ": " + body)
                .list()
                .ofMaxSize(6)
                .map(entries -> "{" + String.join(", ", entries) + "}");
    }
}
