package dev.tandem.cli.pipeline;

import dev.tandem.pipeline.syntax.Diagnostic;
import dev.tandem.pipeline.syntax.Excerpt;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shows diagnostics to a person: each with its line and a caret below the place. */
public final class Findings {
    private static final int LINE_BYTES = 2 * 1024 * 1024;

    private final SourceFiles files;
    private final PrintWriter out;
    private final Map<String, List<String>> lines = new HashMap<>();

    public Findings(SourceFiles files, PrintWriter out) {
        this.files = files;
        this.out = out;
    }

    public void print(List<Diagnostic> diagnostics) {
        diagnostics.forEach(this::print);
    }

    /** Such as {@code 2 errors, 1 warning}; empty when there are none. */
    public static String count(List<Diagnostic> diagnostics) {
        long errors = diagnostics.stream().filter(Diagnostic::isError).count();
        long warnings = diagnostics.size() - errors;
        String counted = errors == 0 ? "" : errors + (errors == 1 ? " error" : " errors");
        String comma = errors > 0 && warnings > 0 ? ", " : "";
        return counted + comma + (warnings == 0 ? "" : warnings + (warnings == 1 ? " warning" : " warnings"));
    }

    private void print(Diagnostic each) {
        String word = each.isError() ? "error" : "warning";
        out.println(each.file() + ":" + each.line() + ":" + each.column() + ": " + word + "["
                + each.code().id() + "]: " + Excerpt.visible(each.message()));
        List<String> text = lines.computeIfAbsent(each.file(), this::read);
        if (each.line() <= text.size()) {
            printLine(each, text.get(each.line() - 1));
        }
        if (!each.hint().isEmpty()) {
            out.println("  hint: " + Excerpt.visible(each.hint()));
        }
    }

    private void printLine(Diagnostic each, String line) {
        Excerpt shown = Excerpt.of(line, each.column());
        String number = String.valueOf(each.line());
        out.println("  " + number + " | " + shown.text());
        out.println("  " + " ".repeat(number.length()) + " | " + " ".repeat(shown.column()) + "^");
    }

    private List<String> read(String file) {
        byte[] content = files.read(file, LINE_BYTES);
        return content == null
                ? List.of()
                : new String(content, StandardCharsets.UTF_8).lines().toList();
    }
}
