package dev.tandem.server.build.store;

import org.jspecify.annotations.Nullable;

/**
 * One case of a test report.
 *
 * @param status success, failed, error or skipped
 * @param detail message and output, cut off; null when there is none
 */
public record TestCase(
        String suite,
        String className,
        String name,
        String status,
        double seconds,
        @Nullable String detail) {

    public boolean bad() {
        return status.equals("failed") || status.equals("error");
    }
}
