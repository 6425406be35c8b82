package dev.tandem.server.build.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tests of a job said. The counts are of all cases; {@code cases} holds failures first and is cut off.
 *
 * @param problem why the report could not be read; then everything else is empty
 */
public record TestReport(
        int tests,
        int failures,
        int errors,
        int skipped,
        long durationMillis,
        @Nullable String problem,
        List<TestCase> cases) {
    public TestReport {
        cases = List.copyOf(cases);
    }

    public static TestReport unreadable(String problem) {
        return new TestReport(0, 0, 0, 0, 0, problem, List.of());
    }

    public int bad() {
        return failures + errors;
    }

    public int passed() {
        return tests - failures - errors - skipped;
    }
}
