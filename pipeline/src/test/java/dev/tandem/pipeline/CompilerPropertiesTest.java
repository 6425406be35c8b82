package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
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

    /** Nested includes or listed ones: the file that comes later wins, however they are grouped. */
    @Property(tries = 200)
    void groupingIncludesDoesNotMatter(
            @ForAll("sameKinds") String a, @ForAll("sameKinds") String b, @ForAll("sameKinds") String c) {
        String job = "last: {script: [x]}\n";
        Given listed = files(a, b, c).file(Given.ROOT, "include: [a.yml, b.yml, c.yml]\n" + job);
        Given firstTwo = files(a, b, c)
                .file("ab.yml", "include: [a.yml, b.yml]\n.x: y\n")
                .file(Given.ROOT, "include: [ab.yml, c.yml]\n" + job);
        Given lastTwo = files(a, b, c)
                .file("bc.yml", "include: [b.yml, c.yml]\n.x: y\n")
                .file(Given.ROOT, "include: [a.yml, bc.yml]\n" + job);
        assertThat(shown(firstTwo)).isEqualTo(shown(listed));
        assertThat(shown(lastTwo)).isEqualTo(shown(listed));
    }

    /** The keywords of a job mean the same in any order. */
    @Property(tries = 200)
    void theOrderOfKeywordsDoesNotMatter(@ForAll("shuffled") List<String> keywords) {
        String base = ".base: {before_script: [b], variables: {A: '0', C: x}}\nfirst: {stage: build, script: [x]}\n";
        Given given = Given.config(base + "job:\n" + String.join("", keywords));
        Given sorted = Given.config(base + "job:\n" + keywords.stream().sorted().collect(Collectors.joining()));
        assertThat(given.errors()).isEmpty();
        assertThat(shown(given)).isEqualTo(shown(sorted));
    }

    @Provide
    Arbitrary<List<String>> shuffled() {
        return Arbitraries.shuffle(List.of(
                "  extends: .base\n",
                "  script: [make]\n",
                "  stage: test\n",
                "  needs: [first]\n",
                "  variables: {A: '1', B: $A}\n",
                "  rules: [{if: $CI_COMMIT_BRANCH, variables: {C: y}}]\n",
                "  parallel: 2\n",
                "  environment: {name: e/$B}\n",
                "  retry: {max: 1, when: always}\n",
                "  cache: {paths: [p], key: k}\n"));
    }

    /** Merging is associative where a key is a mapping in all files or in none. */
    @Provide
    Arbitrary<String> sameKinds() {
        Arbitrary<String> variables = mappingOf(Arbitraries.of("A", "B", "C"), Arbitraries.of("x", "y", "''"));
        Arbitrary<String> script = Arbitraries.of("[a]", "[b, c]", "d");
        Arbitrary<String> tags = Arbitraries.of("[a]", "[b]");
        return Combinators.combine(variables, script, tags, variables, Arbitraries.of("build", "test"))
                .as((own, lines, tag, root, stage) -> "job: {script: " + lines + ", variables: " + own + ", tags: "
                        + tag + "}\nvariables: " + root + "\nother-" + stage + ": {stage: " + stage
                        + ", script: [x]}\n");
    }

    private static Arbitrary<String> mappingOf(Arbitrary<String> keys, Arbitrary<String> values) {
        return Arbitraries.maps(keys, values)
                .ofMaxSize(3)
                .map(entries -> entries.entrySet().stream()
                        .map(each -> each.getKey() + ": " + each.getValue())
                        .collect(Collectors.joining(", ", "{", "}")));
    }

    private static Given files(String a, String b, String c) {
        return Given.nothing().file("a.yml", a).file("b.yml", b).file("c.yml", c);
    }

    /** The plan without the places where things were written. */
    private static String shown(Given given) {
        return given.compile().outcome().toString().replaceAll("Mark\\[[^\\]]*\\]", "");
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
