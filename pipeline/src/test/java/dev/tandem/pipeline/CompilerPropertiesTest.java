package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.plan.Capability;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.syntax.IncludeSources;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
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
            "[last]",
            "{matrix: [{A: [x, y]}, {}]}",
            "{pipeline: a/b}",
            "{project: a/b, job: c, ref: d}",
            "{include: a.yml, strategy: depend}",
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

    /** Parents of extends: a later one wins, however they are grouped. */
    @Property(tries = 200)
    void groupingParentsDoesNotMatter(
            @ForAll("parents") String a, @ForAll("parents") String b, @ForAll("parents") String c) {
        String parents = ".a: " + a + "\n.b: " + b + "\n.c: " + c + "\n";
        String job = "job: {script: [x], extends: ";
        String listed = shown(Given.config(parents + job + "[.a, .b, .c]}"));
        String firstTwo = shown(Given.config(parents + ".ab: {extends: [.a, .b]}\n" + job + "[.ab, .c]}"));
        String lastTwo = shown(Given.config(parents + ".bc: {extends: [.b, .c]}\n" + job + "[.a, .bc]}"));
        String chained = shown(Given.config(
                ".a: " + a + "\n.b: " + extending(".a", b) + "\n.c: " + extending(".b", c) + "\n" + job + ".c}"));
        assertThat(firstTwo).isEqualTo(listed);
        assertThat(lastTwo).isEqualTo(listed);
        assertThat(chained).isEqualTo(listed);
    }

    private static String extending(String parent, String mapping) {
        return "{extends: " + parent + ", " + mapping.substring(1);
    }

    @Provide
    Arbitrary<String> parents() {
        Arbitrary<String> variables = mappingOf(Arbitraries.of("A", "B", "C"), Arbitraries.of("x", "y", "''"));
        Arbitrary<String> tags = Arbitraries.of("", "tags: [a], ", "tags: [b, c], ");
        Arbitrary<String> paths = Arbitraries.of("", "artifacts: {paths: [a]}, ", "artifacts: {untracked: true}, ");
        return Combinators.combine(variables, tags, paths)
                .as((own, tag, artifacts) -> "{" + tag + artifacts + "variables: " + own + "}");
    }

    /** A job means the same wherever it stands in the file, and so do the keywords beside the jobs. */
    @Property(tries = 200)
    void theOrderOfTheFileDoesNotMatter(@ForAll("entries") List<String> entries) {
        Given given = Given.config(String.join("", entries)).file("a.yml", "included: {script: [x], needs: []}\n");
        Given sorted = Given.config(entries.stream().sorted().collect(Collectors.joining()))
                .file("a.yml", "included: {script: [x], needs: []}\n");
        assertThat(given.errors()).isEmpty();
        assertThat(jobs(given)).isEqualTo(jobs(sorted));
    }

    @Provide
    Arbitrary<List<String>> entries() {
        return Arbitraries.shuffle(List.of(
                "include: a.yml\n",
                "stages: [one, two, test]\n",
                "variables: {A: '1', B: $A}\n",
                "default: {image: i, retry: 1}\n",
                "workflow: {name: 'for $B', rules: [{if: $CI_COMMIT_BRANCH, variables: {A: '2'}}]}\n",
                ".base: {tags: [t]}\n",
                "one: {stage: one, extends: .base, script: [x], artifacts: {paths: [p]}}\n",
                "two: {stage: two, script: [x], needs: [one]}\n",
                "many: {stage: two, script: [x], parallel: {matrix: [{M: [a, b]}]}, rules: [{if: $A == '2'}]}\n"));
    }

    /** Jobs by name, the artifacts that they take in any order. */
    private static Map<String, String> jobs(Given given) {
        Map<String, String> jobs = new TreeMap<>();
        for (PlannedJob job : given.plan().jobs()) {
            String shown = job.toString().replaceAll("mark=[^,]*, ", "").replaceAll("artifactsFrom=[^\\]]*\\]", "");
            jobs.put(job.name(), shown + new TreeSet<>(job.artifactsFrom()));
        }
        return jobs;
    }

    /** Wildcards do not depend on the order in which somebody lists the files. */
    @Property(tries = 50)
    void theOrderOfFilesDoesNotMatter(@ForAll("names") List<String> names) {
        Given given = Given.config("include: 'ci/*.yml'\njob: {script: [x]}\n");
        Given sorted = Given.config("include: 'ci/*.yml'\njob: {script: [x]}\n");
        names.forEach(name -> given.file("ci/" + name + ".yml", "job: {tags: [" + name + "]}\n"));
        names.stream().sorted().forEach(name -> sorted.file("ci/" + name + ".yml", "job: {tags: [" + name + "]}\n"));
        assertThat(shown(given)).isEqualTo(shown(sorted)).contains("tags=[e]");
    }

    @Provide
    Arbitrary<List<String>> names() {
        return Arbitraries.shuffle(List.of("a", "b", "c", "d", "e"));
    }

    /** With everything that a caller may offer, in any kind of pipeline. */
    @Property
    void nothingThrowsInAnySituation(
            @ForAll("configurations") String config,
            @ForAll("sources") String source,
            @ForAll boolean tag,
            @ForAll boolean differs) {
        Given given = Given.config(config)
                .file("a.yml", "included: {script: [x]}")
                .source(source)
                .changed(differs ? List.of("src/a.c") : null)
                .options(new CompileOptions(
                        IncludeSources.none(), true, EnumSet.allOf(Capability.class), Map.of("name", "x")));
        if (tag) {
            given.tag("v1");
        }
        assertThat(given.compile().outcome()).isNotNull();
        assertThat(given.inspect().diagnostics()).isNotNull();
    }

    @Provide
    Arbitrary<String> sources() {
        return Arbitraries.of(
                "push", "merge_request_event", "schedule", "web", "trigger", "parent_pipeline", "pipeline");
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
        return given.compile().outcome().toString().replaceAll("mark=[^,]*, ", "");
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
