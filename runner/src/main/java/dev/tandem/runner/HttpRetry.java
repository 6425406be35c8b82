package dev.tandem.runner;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;

/** Repeats calls that the coordinator could not answer for a moment, as long as it asked to wait. */
final class HttpRetry {
    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final HttpClient client;

    HttpRetry(HttpClient client) {
        this.client = client;
    }

    /**
     * The first answer that is no invitation to come again, or the fifth.
     *
     * @throws IOException at once when there is no answer at all
     */
    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        var response = client.send(request, body);
        for (var attempt = 1; attempt < ATTEMPTS && isTemporary(response.statusCode()); attempt++) {
            Thread.sleep(pause(response, attempt));
            response = client.send(request, body);
        }
        return response;
    }

    static boolean isTemporary(int status) {
        return switch (status) {
            case 408, 429, 500, 502, 503, 504 -> true;
            default -> status >= 512;
        };
    }

    private static Duration pause(HttpResponse<?> response, int attempt) {
        var headers = response.headers();
        var asked = headers.firstValue("RateLimit-ResetTime")
                .map(HttpRetry::untilDate)
                .or(() -> headers.firstValue("Retry-After").map(HttpRetry::seconds))
                .orElse(Duration.ZERO);
        if (asked.isPositive()) {
            return asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT;
        }
        var longest = FIRST_WAIT.toMillis() << (attempt - 1);
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
    }

    private static Duration untilDate(String text) {
        try {
            var date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Duration.between(Instant.now(), date);
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    private static Duration seconds(String text) {
        return text.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(text)) : Duration.ZERO;
    }
}
