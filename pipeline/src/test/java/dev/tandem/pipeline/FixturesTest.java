package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.syntax.Diagnostic;
import dev.tandem.pipeline.syntax.DiagnosticCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fixture marks its faulty lines with {@code # expect: code}; nothing more and nothing less may be reported. */
class FixturesTest {
    private static final Path FIXTURES =
            Path.of(System.getProperty("tandem.root", ".."), "pipeline", "src", "test", "resources", "fixtures");
    private static final Pattern EXPECTATION = Pattern.compile("# expect: ([a-z0-9 -]+)$");
    /** Faults that cannot be written down line by line: {@link HostileInputTest} and {@link IncludesTest} have them. */
    private static final Set<DiagnosticCode> ELSEWHERE = EnumSet.of(
            DiagnosticCode.FILE_NOT_FOUND,
            DiagnosticCode.FILE_TOO_LARGE,
            DiagnosticCode.FILE_EMPTY,
            DiagnosticCode.ENCODING,
            DiagnosticCode.TOO_DEEP,
            DiagnosticCode.TOO_LARGE,
            DiagnosticCode.INCLUDE_TOO_MANY,
            DiagnosticCode.INCLUDE_INTEGRITY,
            DiagnosticCode.TOO_MANY_PROBLEMS);

    @ParameterizedTest
    @MethodSource("fixtures")
    void reportsExactlyTheMarkedLines(Path fixture) throws IOException {
        Given given = Given.config(Files.readString(fixture));
        for (Path file : filesIn(FIXTURES.resolve("files"))) {
            given.file("files/" + file.getFileName(), Files.readString(file));
        }
        List<Diagnostic> diagnostics = given.compile().diagnostics();
        assertThat(diagnostics.stream()
                        .map(each -> each.line() + " " + each.code().id()))
                .as(diagnostics.toString())
                .containsExactlyInAnyOrderElementsOf(expectations(fixture));
        assertThat(diagnostics).allSatisfy(each -> {
            assertThat(each.message()).isNotBlank();
            assertThat(each.column()).isPositive();
        });
    }

    @Test
    void everyCodeHasAFixture() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (Path fixture : filesIn(FIXTURES)) {
            expectations(fixture).forEach(each -> shown.add(each.substring(each.indexOf(' ') + 1)));
        }
        for (DiagnosticCode code : DiagnosticCode.values()) {
            assertThat(shown.contains(code.id()) || ELSEWHERE.contains(code))
                    .as(code.id())
                    .isTrue();
        }
    }

    static List<Path> fixtures() throws IOException {
        return filesIn(FIXTURES);
    }

    private static List<String> expectations(Path fixture) throws IOException {
        List<String> expected = new ArrayList<>();
        List<String> lines = Files.readAllLines(fixture);
        for (int line = 0; line < lines.size(); line++) {
            Matcher matcher = EXPECTATION.matcher(lines.get(line));
            if (matcher.find()) {
                for (String code : matcher.group(1).trim().split(" ", -1)) {
                    expected.add(line + 1 + " " + code);
                }
            }
        }
        return expected;
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
