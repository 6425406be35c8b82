package dev.tandem.server.platform.http;

import dev.tandem.server.platform.http.OutgoingException.Why;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads one answer of HTTP/1.1 from a connection that is closed after it. */
final class HttpAnswer {
    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int LONGEST_CHUNK_LINE = 1024;
    private static final int MOST_INTERIM = 5;

    private final InputStream in;
    private int headLeft = LONGEST_HEAD;

    private HttpAnswer(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    static OutgoingResponse read(InputStream in, OutgoingRequest request, URI uri) throws IOException {
        HttpAnswer answer = new HttpAnswer(in);
        for (int interim = 0; interim <= MOST_INTERIM; interim++) {
            int status = answer.status();
            Map<String, List<String>> headers = answer.headers();
            if (status >= 200) {
                boolean none = request.method().equals("HEAD") || status == 204 || status == 304;
                byte[] body = none ? new byte[0] : answer.body(headers, request);
                return new OutgoingResponse(status, uri, headers, body);
            }
        }
        throw noHttp("it never came to an end");
    }

    private int status() throws IOException {
        String line = line();
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw noHttp("it begins with something else");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw noHttp("a header has no name");
            }
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return headers;
    }

    private byte[] body(Map<String, List<String>> headers, OutgoingRequest request) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> coding = headers.getOrDefault("transfer-encoding", List.of());
        List<String> length = headers.getOrDefault("content-length", List.of());
        if (!coding.isEmpty()) {
            if (!coding.equals(List.of("chunked"))) {
                throw noHttp("its coding is unknown");
            }
            chunks(body, request);
        } else if (!length.isEmpty()) {
            take(body, number(length.getFirst(), 10), request, true);
        } else {
            take(body, Long.MAX_VALUE, request, false);
        }
        return body.toByteArray();
    }

    private void chunks(ByteArrayOutputStream body, OutgoingRequest request) throws IOException {
        while (body.size() < request.most() || !request.cut()) {
            headLeft = LONGEST_CHUNK_LINE;
            long size = number(line().split(";", 2)[0].strip(), 16);
            if (size == 0) {
                return;
            }
            take(body, size, request, true);
            if (body.size() < request.most() || !request.cut()) {
                line();
            }
        }
    }

    /** @param all whether so many bytes must come */
    private void take(ByteArrayOutputStream body, long size, OutgoingRequest request, boolean all) throws IOException {
        long room = request.most() - (long) body.size();
        byte[] bytes = in.readNBytes(Math.toIntExact(Math.min(size, room + 1)));
        if (bytes.length > room && !request.cut()) {
            throw new OutgoingException(Why.SIZE, "It answered with more than " + request.most() + " bytes.");
        }
        body.write(bytes, 0, (int) Math.min(bytes.length, room));
        if (all && bytes.length < Math.min(size, room + 1)) {
            throw noHttp("it breaks off");
        }
    }

    private static long number(String text, int radix) throws OutgoingException {
        try {
            long number = Long.parseLong(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new OutgoingException(Why.ANSWER, "The answer is no HTTP: a length is no number.", e);
        }
        throw noHttp("a length is negative");
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw noHttp("it breaks off");
            }
            if (--headLeft < 0) {
                throw noHttp("its head has no end");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static OutgoingException noHttp(String how) {
        return new OutgoingException(Why.ANSWER, "The answer is no HTTP: " + how + ".");
    }
}
