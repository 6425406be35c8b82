package dev.tandem.server.platform.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What was answered.
 *
 * @param uri after redirects
 * @param headers by name in lower case
 */
public record OutgoingResponse(int status, URI uri, Map<String, List<String>> headers, byte[] body) {
    public OutgoingResponse {
        headers = Map.copyOf(headers);
        body = body.clone();
    }

    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    /** The body as UTF-8, whatever it says of itself. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
