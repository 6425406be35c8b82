package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Files that try to eat memory, time or the stack. Each method compiles one and checks its diagnostic; {@link HostileInputTest} runs
 * them all in a small process of their own, one after the other in the order of their names.
 */
final class HostileInputs {
    private static void expect(String code, Supplier<Given> given) {
        assertThat(given.get().errors()).contains(code);
    }

    private static String repeat(int count, IntFunction<String> part) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(part.apply(i));
        }
        return text.toString();
    }

    void missingFile() {
        expect("file-not-found", Given::nothing);
    }

    void emptyFile() {
        expect("file-empty", () -> Given.config("# only a comment\n"));
    }

    void fileOfTenMegabytes() {
        byte[] large = new byte[10 * 1024 * 1024];
        Arrays.fill(large, (byte) 'a');
        expect("file-too-large", () -> Given.nothing().file(Given.ROOT, large));
    }

    void notUtf8() {
        byte[] latin = "job: {script: [\u00e4]}".getBytes(StandardCharsets.ISO_8859_1);
        expect("encoding", () -> Given.nothing().file(Given.ROOT, latin));
    }

    void nestedTooDeep() {
        expect("too-deep", () -> Given.config("a: " + "[".repeat(500_000)));
        expect("too-deep", () -> Given.config("a: " + "{b: ".repeat(200) + "c" + "}".repeat(200)));
    }

    void nestedTooDeepThroughAliases() {
        expect(
                "too-deep",
                () -> Given.config(
                        "a0: &a0 [x]\n" + repeat(5_000, i -> "a" + (i + 1) + ": &a" + (i + 1) + " [*a" + i + "]\n")));
    }

    void billionLaughs() {
        String bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
                + repeat(
                        12,
                        i -> "a" + (i + 1) + ": &a" + (i + 1) + " ["
                                + String.join(", ", Collections.nCopies(9, "*a" + i)) + "]\n");
        expect("too-large", () -> Given.config(bomb));
    }

    void billionLaughsByReference() {
        String bomb = ".a0: {s: [lol]}\n"
                + repeat(
                        9,
                        i -> ".a" + (i + 1) + ": {s: ["
                                + String.join(", ", Collections.nCopies(20, "!reference [.a" + i + ", s]")) + "]}\n")
                + "job: {script: [make]}\n";
        expect("too-large", () -> Given.config(bomb));
    }

    void manyJobsThatInheritMuch() {
        String bomb = ".base:\n  script: [make]\n  variables:\n" + repeat(20_000, i -> "    V" + i + ": x\n")
                + repeat(20_000, i -> "j" + i + ": {extends: .base}\n");
        expect("too-large", () -> Given.config(bomb));
    }

    void manyJobsWithManyRootVariables() {
        String bomb = "variables:\n" + repeat(20_000, i -> "  V" + i + ": x\n")
                + repeat(20_000, i -> "j" + i + ": {script: [make]}\n");
        expect("too-large", () -> Given.config(bomb));
    }

    void mergeKeysThatCopyMuch() {
        String bomb = ".base: &base\n" + repeat(20_000, i -> "  v" + i + ": x\n")
                + repeat(20_000, i -> "j" + i + ": {<<: *base}\n");
        expect("too-large", () -> Given.config(bomb));
    }

    void longChainsOfExtends() {
        String chain = repeat(15_000, i -> ".c" + i + ": {extends: .c" + (i + 1) + "}\n")
                + ".c15000: {script: [make]}\njob: {script: [make]}\n";
        assertThat(Given.config(chain).errors()).contains("extends-too-deep", "too-many-problems");
    }

    void longChainsOfReferences() {
        String chain = repeat(15_000, i -> ".c" + i + ": !reference [.c" + (i + 1) + "]\n")
                + ".c15000: x\njob: {script: [make]}\n";
        expect("reference-too-deep", () -> Given.config(chain));
    }

    void longChainsOfNeeds() {
        String chain = "j0: {script: [make]}\n"
                + repeat(20_000, i -> "j" + (i + 1) + ": {script: [make], needs: [j" + i + "]}\n");
        assertThat(Given.config(chain).jobs()).hasSize(20_001);
    }

    void includeLoop() {
        expect("include-too-many", () -> Given.config("include: .gitlab-ci.yml\njob: {script: [make]}"));
        expect(
                "include-too-many",
                () -> Given.config("include: [a.yml, a.yml]\njob: {script: [make]}")
                        .file("a.yml", "include: [a.yml, a.yml]"));
    }

    /** Row J2. */
    void manyIncludesAreAllowedUpTo150() {
        String job = "job: {script: [make]}\n";
        Given given = Given.config("include:\n" + repeat(150, i -> "  - a.yml\n") + job)
                .file("a.yml", job);
        assertThat(given.errors()).isEmpty();
        Given more = Given.config("include:\n" + repeat(151, i -> "  - a.yml\n") + job)
                .file("a.yml", job);
        assertThat(more.errors()).containsExactly("include-too-many");
    }

    void patternsThatExplode() {
        expect(
                "if-syntax",
                () -> Given.config(
                        "job: {script: [make], rules: [{if: '$A =~ /((((a{1000}){1000}){1000}){1000})/'}]}"));
        expect("if-syntax", () -> Given.config("job: {script: [make], rules: [{if: '" + "(".repeat(5_000) + "'}]}"));
    }

    void patternsThatBacktrack() {
        Given given = Given.config("job: {script: [make], rules: [{if: '$A =~ /^(a+)+$/'}, {when: always}]}")
                .setting("A", "a".repeat(50_000) + "b");
        assertThat(given.jobs()).containsExactly("job");
    }

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

    void variablesThatExplode() {
        String variables = "variables:\n  A0: xxxxxxxxxxxxxxxx\n"
                + repeat(60, i -> "  A" + (i + 1) + ": $A" + i + "$A" + i + "\n");
        Given given = Given.config(variables + "job: {script: [make], tags: ['$A60'], environment: {name: '$A60'}}");
        assertThat(given.compile().outcome()).isNotNull();
        String chain = "variables:\n  A0: x\n" + repeat(10_000, i -> "  A" + (i + 1) + ": $A" + i + "\n");
        Given deep = Given.config(chain + "job: {script: [make], environment: {name: $A10000}}");
        assertThat(deep.compile().outcome()).isNotNull();
    }

    void moreValuesThanAnybodyWrites() {
        expect("too-large", () -> Given.config("job: [" + "a, ".repeat(400_000) + "a]"));
    }

    void numbersThatAreLong() {
        Given given = Given.config("job: {script: [make], retry: " + "9".repeat(500_000) + "}");
        assertThat(given.errors()).isNotEmpty();
    }

    void manyIncludesOfMuch() {
        Given given = Given.config("include:\n" + repeat(150, i -> "  - a.yml\n") + "job: {script: [make]}\n")
                .file("a.yml", repeat(20_000, i -> ".j" + i + ": {script: [make]}\n"));
        assertThat(given.errors()).contains("too-large");
    }

    void keyFilesThatAreLarge() {
        Given given = Given.config("""
                job: {script: [make], cache: {key: {files: ["**/*"]}, paths: [x]}}
                """);
        byte[] large = new byte[8 << 20];
        for (int i = 0; i < 200; i++) {
            given.file("f" + i, large);
        }
        assertThat(given.compile().outcome()).isNotNull();
    }

    void manyGlobsOnManyFiles() {
        Given given = Given.config(repeat(
                500,
                i -> "j" + i + ": {script: [make], rules: [{exists: ["
                        + String.join(", ", Collections.nCopies(50, "'**/*" + i + "a*b*c*d*e*f'")) + "]}]}\n"));
        for (int i = 0; i < 5_000; i++) {
            given.file("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/" + i, "x");
        }
        assertThat(given.compile().outcome()).isNotNull();
    }

    void manyWildcardsOnManyFiles() {
        String wildcards = repeat(150, i -> "  - '**a**a**a**a**a**b" + i + ".yml'\n");
        Given given = Given.config("include:\n" + wildcards + "job: {script: [make]}\n");
        for (int i = 0; i < 5_000; i++) {
            given.file("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/b" + i % 150 + ".yml/" + i, "x");
        }
        assertThat(given.compile().outcome()).isNotNull();
    }

    /** Prints a line for each: its name, milliseconds of processor time, and what was wrong. */
    static void main() throws ReflectiveOperationException {
        for (Method method : HostileInputs.class.getDeclaredMethods()) {
            if (Modifier.isStatic(method.getModifiers()) || method.isSynthetic()) {
                continue;
            }
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadCpuTime();
            String fault = fault(method);
            long millis = (threads.getCurrentThreadCpuTime() - before) / 1_000_000;
            System.out.println(method.getName() + " " + millis + " " + fault);
        }
    }

    private static String fault(Method method) throws ReflectiveOperationException {
        try {
            method.invoke(new HostileInputs());
            return "";
        } catch (InvocationTargetException e) {
            return String.valueOf(e.getCause()).lines().limit(3).toList().toString();
        }
    }
}
