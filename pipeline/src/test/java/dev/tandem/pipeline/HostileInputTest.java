package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Files that try to eat memory, time or the stack end quickly in a diagnostic. */
class HostileInputTest {
    /** Generous for a busy machine; alone on two cores each of these takes about a second or less. */
    private static final Duration QUICKLY = Duration.ofSeconds(40);

    private static void expect(String code, Supplier<Given> given) {
        assertTimeoutPreemptively(
                QUICKLY, () -> assertThat(given.get().errors()).contains(code));
    }

    private static String repeat(int count, IntFunction<String> part) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(part.apply(i));
        }
        return text.toString();
    }

    @Test
    void missingFile() {
        expect("file-not-found", Given::nothing);
    }

    @Test
    void emptyFile() {
        expect("file-empty", () -> Given.config("# only a comment\n"));
    }

    @Test
    void fileOfTenMegabytes() {
        byte[] large = new byte[10 * 1024 * 1024];
        Arrays.fill(large, (byte) 'a');
        expect("file-too-large", () -> Given.nothing().file(Given.ROOT, large));
    }

    @Test
    void notUtf8() {
        byte[] latin = "job: {script: [\u00e4]}".getBytes(StandardCharsets.ISO_8859_1);
        expect("encoding", () -> Given.nothing().file(Given.ROOT, latin));
    }

    @Test
    void nestedTooDeep() {
        expect("too-deep", () -> Given.config("a: " + "[".repeat(500_000)));
        expect("too-deep", () -> Given.config("a: " + "{b: ".repeat(200) + "c" + "}".repeat(200)));
    }

    @Test
    void nestedTooDeepThroughAliases() {
        expect(
                "too-deep",
                () -> Given.config(
                        "a0: &a0 [x]\n" + repeat(5_000, i -> "a" + (i + 1) + ": &a" + (i + 1) + " [*a" + i + "]\n")));
    }

    @Test
    void billionLaughs() {
        String bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
                + repeat(
                        12,
                        i -> "a" + (i + 1) + ": &a" + (i + 1) + " ["
                                + String.join(", ", Collections.nCopies(9, "*a" + i)) + "]\n");
        expect("too-large", () -> Given.config(bomb));
    }

    @Test
    void billionLaughsByReference() {
        String bomb = ".a0: {s: [lol]}\n"
                + repeat(
                        9,
                        i -> ".a" + (i + 1) + ": {s: ["
                                + String.join(", ", Collections.nCopies(20, "!reference [.a" + i + ", s]")) + "]}\n")
                + "job: {script: [make]}\n";
        expect("too-large", () -> Given.config(bomb));
    }

    @Test
    void manyJobsThatInheritMuch() {
        String bomb = ".base:\n  script: [make]\n  variables:\n" + repeat(20_000, i -> "    V" + i + ": x\n")
                + repeat(20_000, i -> "j" + i + ": {extends: .base}\n");
        expect("too-large", () -> Given.config(bomb));
    }

    @Test
    void manyJobsWithManyRootVariables() {
        String bomb = "variables:\n" + repeat(20_000, i -> "  V" + i + ": x\n")
                + repeat(20_000, i -> "j" + i + ": {script: [make]}\n");
        expect("too-large", () -> Given.config(bomb));
    }

    @Test
    void mergeKeysThatCopyMuch() {
        String bomb = ".base: &base\n" + repeat(20_000, i -> "  v" + i + ": x\n")
                + repeat(20_000, i -> "j" + i + ": {<<: *base}\n");
        expect("too-large", () -> Given.config(bomb));
    }

    @Test
    void longChainsOfExtends() {
        String chain = repeat(15_000, i -> ".c" + i + ": {extends: .c" + (i + 1) + "}\n")
                + ".c15000: {script: [make]}\njob: {script: [make]}\n";
        assertTimeoutPreemptively(
                QUICKLY,
                () -> assertThat(Given.config(chain).errors()).contains("extends-too-deep", "too-many-problems"));
    }

    @Test
    void longChainsOfReferences() {
        String chain = repeat(15_000, i -> ".c" + i + ": !reference [.c" + (i + 1) + "]\n")
                + ".c15000: x\njob: {script: [make]}\n";
        expect("reference-too-deep", () -> Given.config(chain));
    }

    @Test
    void longChainsOfNeeds() {
        String chain = "j0: {script: [make]}\n"
                + repeat(20_000, i -> "j" + (i + 1) + ": {script: [make], needs: [j" + i + "]}\n");
        assertTimeoutPreemptively(
                QUICKLY, () -> assertThat(Given.config(chain).jobs()).hasSize(20_001));
    }

    @Test
    void includeLoop() {
        expect("include-too-many", () -> Given.config("include: .gitlab-ci.yml\njob: {script: [make]}"));
        expect(
                "include-too-many",
                () -> Given.config("include: [a.yml, a.yml]\njob: {script: [make]}")
                        .file("a.yml", "include: [a.yml, a.yml]"));
    }

    @Test
    void manyIncludesAreAllowedUpTo150() {
        String job = "job: {script: [make]}\n";
        Given given = Given.config("include:\n" + repeat(150, i -> "  - a.yml\n") + job)
                .file("a.yml", job);
        assertThat(given.errors()).isEmpty();
        Given more = Given.config("include:\n" + repeat(151, i -> "  - a.yml\n") + job)
                .file("a.yml", job);
        assertThat(more.errors()).containsExactly("include-too-many");
    }

    @Test
    void patternsThatExplode() {
        expect(
                "if-syntax",
                () -> Given.config(
                        "job: {script: [make], rules: [{if: '$A =~ /((((a{1000}){1000}){1000}){1000})/'}]}"));
        expect("if-syntax", () -> Given.config("job: {script: [make], rules: [{if: '" + "(".repeat(5_000) + "'}]}"));
    }

    @Test
    void patternsThatBacktrack() {
        Given given = Given.config("job: {script: [make], rules: [{if: '$A =~ /^(a+)+$/'}, {when: always}]}")
                .setting("A", "a".repeat(50_000) + "b");
        assertTimeoutPreemptively(QUICKLY, () -> assertThat(given.jobs()).containsExactly("job"));
    }

    @Test
    void matricesThatExplode() {
        String matrix = repeat(30, i -> "A" + i + ": [1, 2, 3, 4, 5, 6, 7, 8, 9], ");
        expect(
                "parallel-too-many",
                () -> Given.config("job: {script: [make], parallel: {matrix: [{" + matrix + "}]}}"));
        expect(
                "needs-unknown-job",
                () -> Given.config("a: {script: [make], parallel: {matrix: [{A: 1}]}}\n"
                        + "job: {script: [make], needs: [{job: a, parallel: {matrix: [{" + matrix + "}]}}]}"));
    }

    @Test
    void variablesThatExplode() {
        String variables = "variables:\n  A0: xxxxxxxxxxxxxxxx\n"
                + repeat(60, i -> "  A" + (i + 1) + ": $A" + i + "$A" + i + "\n");
        Given given = Given.config(variables + "job: {script: [make], tags: ['$A60'], environment: {name: '$A60'}}");
        assertTimeoutPreemptively(
                QUICKLY, () -> assertThat(given.compile().outcome()).isNotNull());
        String chain = "variables:\n  A0: x\n" + repeat(10_000, i -> "  A" + (i + 1) + ": $A" + i + "\n");
        Given deep = Given.config(chain + "job: {script: [make], environment: {name: $A10000}}");
        assertTimeoutPreemptively(
                QUICKLY, () -> assertThat(deep.compile().outcome()).isNotNull());
    }

    @Test
    void moreValuesThanAnybodyWrites() {
        expect("too-large", () -> Given.config("job: [" + "a, ".repeat(400_000) + "a]"));
    }

    @Test
    void numbersThatAreLong() {
        Given given = Given.config("job: {script: [make], retry: " + "9".repeat(500_000) + "}");
        assertTimeoutPreemptively(QUICKLY, () -> assertThat(given.errors()).isNotEmpty());
    }
}
