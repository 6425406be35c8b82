package dev.tandem.cli.run;

import dev.tandem.pipeline.state.CompositeStatus;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.runner.LocalResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What a person reads at the end: the last lines of what failed, then one line for all. */
final class RunSummary {
    private final PrintWriter out;
    private final boolean colours;

    RunSummary(PrintWriter out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    void print(Collection<LocalJobState> jobs, CompositeStatus status, Duration took, int lines) throws IOException {
        for (LocalJobState job : jobs) {
            LocalResult result = job.result().orElse(null);
            if (job.failed() && result != null && !result.log().toString().isEmpty()) {
                printTail(job, result, lines);
            }
        }
        long ran = jobs.stream().filter(job -> job.attempts() > 0).count();
        String held = jobs.stream()
                .filter(job -> job.status() == JobStatus.MANUAL)
                .map(LocalJobState::title)
                .collect(Collectors.joining(", "));
        out.println(status.status().wire() + (status.warnings() ? " with warnings" : "") + ": " + ran + " of "
                + jobs.size() + (jobs.size() == 1 ? " job" : " jobs") + " ran in " + JobWords.seconds(took)
                + (held.isEmpty() ? "" : "; manual jobs not started: " + held));
        out.flush();
    }

    private void printTail(LocalJobState job, LocalResult result, int lines) throws IOException {
        List<String> tail = LogText.tail(result.log(), lines);
        out.println();
        out.println("The last " + tail.size() + " lines of " + job.title() + ", whole in " + result.log() + ":");
        tail.forEach(line -> out.println("  " + (colours ? LogText.coloured(line) : LogText.plain(line))));
        if (colours) {
            out.print("\u001b[0m");
        }
        out.println();
    }
}
