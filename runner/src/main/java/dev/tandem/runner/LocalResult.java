package dev.tandem.runner;

import java.nio.file.Path;
import java.util.Map;

/**
 * How a {@link LocalJob} ended.
 *
 * @param status success, failed or canceled
 * @param failureReason GitLab's word; empty after success
 * @param exitCode of the script; 0 when it is not a matter of exit codes
 * @param artifacts files by type: {@code archive} and the types of reports
 * @param dotenv variables for jobs that take its artifacts
 */
public record LocalResult(
        String status,
        String failureReason,
        int exitCode,
        Path log,
        Map<String, Path> artifacts,
        Map<String, String> dotenv) {
    public LocalResult {
        dotenv = Map.copyOf(dotenv);
        artifacts = Map.copyOf(artifacts);
    }

    public boolean succeeded() {
        return status.equals("success");
    }
}
