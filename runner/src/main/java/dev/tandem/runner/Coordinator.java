package dev.tandem.runner;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/** Whom a job is run for: told how it goes, and keeper of its log and artifacts. Safe for use by many threads. */
interface Coordinator {
    /** The job is being worked on; {@code state} is empty in the first call. */
    Answer running(JobPayload job, JobLog.State state) throws IOException, InterruptedException;

    Answer finished(JobPayload job, JobResult result, JobLog.State state) throws IOException, InterruptedException;

    /** Takes bytes of the log, which begin at {@code offset}; there is at least one. */
    Answer appendLog(JobPayload job, long offset, byte[] bytes, boolean debug) throws IOException, InterruptedException;

    /** Takes an artifact; the file is the caller's again afterwards. */
    Answer upload(JobPayload job, Map<String, String> parameters, String fileName, Path file)
            throws IOException, InterruptedException;

    /** The artifacts of another job. */
    Download download(JobPayload.Dependency dependency) throws IOException, InterruptedException;

    /** What came of asking for artifacts, with HTTP's number; the caller closes the body. */
    record Download(int status, InputStream body) {}
}
