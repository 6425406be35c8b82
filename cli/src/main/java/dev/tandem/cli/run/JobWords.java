package dev.tandem.cli.run;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.runner.LocalResult;
import java.time.Duration;
import java.util.Locale;

/** How a job is told in one line: by sign and word as well as by colour. */
final class JobWords {
    private static final String RESET = "\u001b[0m";

    private JobWords() {}

    static String line(LocalJobState job, boolean colours) {
        boolean forgiven = job.status() == JobStatus.FAILED && job.state().allowFailure();
        String sign = sign(job.status(), forgiven);
        String shown = colours ? colour(job.status(), forgiven) + sign + RESET : sign;
        return shown + " " + job.plan().stage() + " / " + job.title() + "  " + word(job, forgiven);
    }

    static String seconds(Duration took) {
        return took.toMinutes() > 0
                ? took.toMinutes() + " min " + took.toSecondsPart() + " s"
                : String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
    }

    private static String word(LocalJobState job, boolean forgiven) {
        return switch (job.status()) {
            case RUNNING -> job.attempts() > 1 ? "running, attempt " + job.attempts() : "running";
            case SUCCESS -> "success in " + seconds(job.took());
            case FAILED ->
                (forgiven ? "failed, allowed, in " : "failed in ")
                        + seconds(job.took())
                        + job.result().map(JobWords::reason).orElse("");
            case MANUAL -> job.title().equals(job.name()) ? "manual: start it by its name" : "manual";
            case SCHEDULED ->
                "starts in "
                        + seconds(
                                job.plan().startIn() == null
                                        ? Duration.ZERO
                                        : job.plan().startIn());
            default -> job.status().wire();
        };
    }

    private static String reason(LocalResult result) {
        return result.exitCode() != 0 ? ": exit code " + result.exitCode() : ": " + result.failureReason();
    }

    private static String sign(JobStatus status, boolean forgiven) {
        return switch (status) {
            case SUCCESS -> "✓";
            case FAILED -> forgiven ? "!" : "✗";
            case RUNNING, CANCELING -> "▶";
            case SKIPPED -> "»";
            case CANCELED -> "⊘";
            case MANUAL -> "⏵";
            default -> "·";
        };
    }

    private static String colour(JobStatus status, boolean forgiven) {
        return switch (status) {
            case SUCCESS -> "\u001b[32m";
            case FAILED -> forgiven ? "\u001b[33m" : "\u001b[31m";
            case RUNNING, CANCELING -> "\u001b[36m";
            default -> "\u001b[2m";
        };
    }
}
