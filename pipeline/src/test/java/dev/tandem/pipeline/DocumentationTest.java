package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobEvent;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.JobTransitions;
import dev.tandem.pipeline.syntax.DiagnosticCode;
import dev.tandem.pipeline.syntax.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The pages say what the code says. */
class DocumentationTest {
    private static final Path PAGES = Path.of(System.getProperty("tandem.root", ".."), "docs", "pipeline");

    @Test
    void everyDiagnosticIsOnItsPageAndNothingElse() throws IOException {
        List<String> expected = new ArrayList<>();
        for (DiagnosticCode code : DiagnosticCode.values()) {
            String severity = code.severity() == Severity.ERROR ? "error" : "warning";
            expected.add("| `" + code.id() + "` | " + severity + " | " + code.meaning() + " |");
        }
        assertThat(beginningOfRows("diagnostics.md", 3)).containsExactlyElementsOf(expected);
    }

    @Test
    void everyTransitionIsOnItsPageAndNothingElse() throws IOException {
        List<String> expected = new ArrayList<>();
        for (JobStatus from : JobStatus.values()) {
            for (JobEvent event : JobEvent.values()) {
                String word = event.name().toLowerCase(Locale.ROOT);
                JobTransitions.next(from, event)
                        .ifPresent(
                                to -> expected.add("| `" + from.wire() + "` | " + word + " | `" + to.wire() + "` |"));
            }
        }
        assertThat(beginningOfRows("states.md", 3)).containsExactlyElementsOf(expected);
    }

    /** The first columns of each table row whose first cell is code. */
    private static List<String> beginningOfRows(String page, int columns) throws IOException {
        List<String> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGES.resolve(page))) {
            if (line.startsWith("| `")) {
                String[] cells = line.split(" \\| ", -1);
                List<String> first = new ArrayList<>(List.of(cells).subList(0, Math.min(columns, cells.length)));
                String last = first.removeLast().replaceAll(" \\|$", "");
                rows.add(String.join(" | ", first) + " | " + last + " |");
            }
        }
        return rows;
    }
}
