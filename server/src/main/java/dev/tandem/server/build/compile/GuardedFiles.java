package dev.tandem.server.build.compile;

import dev.tandem.pipeline.syntax.IncludeSources.Absent;
import dev.tandem.pipeline.syntax.IncludeSources.Answer;
import dev.tandem.pipeline.syntax.IncludeSources.Content;
import dev.tandem.pipeline.syntax.IncludeSources.Unreachable;
import dev.tandem.server.platform.http.OutgoingException;
import dev.tandem.server.platform.http.OutgoingHttp;
import dev.tandem.server.platform.http.OutgoingRequest;
import dev.tandem.server.platform.http.OutgoingResponse;
import java.net.URI;
import java.time.Duration;

/** Fetches files through the client that refuses this machine and its network. */
record GuardedFiles(OutgoingHttp http) implements RemoteFiles {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    @Override
    public Answer get(String url, int limitBytes, Duration timeout) {
        Duration within = timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST;
        try {
            OutgoingResponse response = http.send(
                    OutgoingRequest.get(URI.create(url)).within(within).first(limitBytes + 1));
            return response.status() == 200
                    ? new Content(response.body())
                    : new Absent("was answered with status " + response.status() + " by its server");
        } catch (OutgoingException e) {
            return new Unreachable("cannot be fetched: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            return new Absent("is not an address that can be asked");
        }
    }
}
