package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.syntax.Diagnostic;
import dev.tandem.pipeline.syntax.DiagnosticCode;
import dev.tandem.pipeline.syntax.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each diagnostic has a page whose faulty example is reported at the marked lines and whose mended one is fine. */
class CodePagesTest {
    private static final Path PAGES = Path.of(System.getProperty("tandem.root", ".."), "docs", "pipeline", "codes");
    private static final Pattern BLOCK = Pattern.compile("```yaml ?([^\n]*)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern EXPECTATION = Pattern.compile("# expect: ([a-z0-9 -]+)$");
    private static final String FAULTY = "";
    private static final String MENDED = "mended";
    /** What no short text can show: sizes, bytes, what is not there. */
    private static final Set<DiagnosticCode> WITHOUT_EXAMPLE = EnumSet.of(
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
    @EnumSource
    void saysWhatIsWrongAndHowToMendIt(DiagnosticCode code) throws IOException {
        String page = Files.readString(PAGES.resolve(code.id() + ".md"));
        String severity = code.severity() == Severity.ERROR ? "Error" : "Warning";
        assertThat(page).startsWith("# `" + code.id() + "`\n\n" + severity + ": " + code.meaning() + ".\n");
        Map<String, String> blocks = new LinkedHashMap<>();
        Matcher matcher = BLOCK.matcher(page);
        while (matcher.find()) {
            blocks.put(matcher.group(1), matcher.group(2));
        }
        if (WITHOUT_EXAMPLE.contains(code)) {
            assertThat(blocks).isEmpty();
            return;
        }
        List<String> expected = expectations(blocks.get(FAULTY));
        assertThat(expected).anyMatch(line -> line.endsWith(" " + code.id()));
        assertThat(reported(blocks, FAULTY)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(reported(blocks, MENDED)).isEmpty();
    }

    @Test
    void thereIsNoPageOfACodeThatIsGone() throws IOException {
        List<String> codes = Stream.of(DiagnosticCode.values())
                .map(code -> code.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".md")
                .toList();
        try (Stream<Path> pages = Files.list(PAGES)) {
            assertThat(pages.map(page -> page.getFileName().toString())).allMatch(codes::contains);
        }
    }

    private static List<String> reported(Map<String, String> blocks, String root) {
        Given given = Given.config(blocks.get(root));
        blocks.forEach((name, text) -> {
            if (!name.equals(FAULTY) && !name.equals(MENDED)) {
                given.file(name, text);
            }
        });
        List<Diagnostic> diagnostics = given.compile().diagnostics();
        return diagnostics.stream()
                .map(each -> each.line() + " " + each.code().id())
                .toList();
    }

    private static List<String> expectations(String yaml) {
        List<String> expected = new ArrayList<>();
        List<String> lines = yaml.lines().toList();
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
}
