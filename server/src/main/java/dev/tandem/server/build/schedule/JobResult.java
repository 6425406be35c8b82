package dev.tandem.server.build.schedule;

/** How a job ended on its runner, or by the server's own judgement. */
public sealed interface JobResult {
    record Passed() implements JobResult {}

    /**
     * @param reason GitLab's word, for example {@code script_failure}
     * @param exitCode of the script; 0 when it has none
     */
    record Failed(String reason, int exitCode) implements JobResult {}
}
