package dev.tandem.runner;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What the coordinator said to one call, beyond a body. */
record Answer(int status, HttpHeaders headers) {
    private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(15);

    /** A plain yes or no, without any wishes. */
    static Answer of(int status) {
        return new Answer(status, HttpHeaders.of(Map.of(), (name, value) -> true));
    }

    /** What the coordinator wants to happen with the job. */
    enum Wish {
        CARRY_ON,
        /** Stop the script, then clean up in order. */
        CANCEL,
        /** Stop everything; nothing more is accepted. */
        KILL
    }

    Wish wish() {
        var jobStatus = headers.firstValue("Job-Status").orElse("");
        if (status == 403 || jobStatus.equals("canceled") || jobStatus.equals("failed")) {
            return Wish.KILL;
        }
        return jobStatus.equals("canceling") ? Wish.CANCEL : Wish.CARRY_ON;
    }

    /** How long to wait between two updates, if the coordinator said so. */
    Optional<Duration> updateInterval() {
        var seconds =
                number(headers.firstValue("X-GitLab-Trace-Update-Interval").orElse(""));
        if (seconds.isEmpty() || seconds.getAsLong() < 1) {
            return Optional.empty();
        }
        var interval = Duration.ofSeconds(Math.min(seconds.getAsLong(), LONGEST_INTERVAL.toSeconds()));
        return Optional.of(interval);
    }

    /** After a 416: how many bytes the coordinator has, which is the next offset to send; 0 when it doesn't tell. */
    long storedBytes() {
        var range = headers.firstValue("Range").orElse("");
        return range.startsWith("0-") ? number(range.substring(2)).orElse(0) : 0;
    }

    private static OptionalLong number(String text) {
        return text.matches("[0-9]{1,15}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
