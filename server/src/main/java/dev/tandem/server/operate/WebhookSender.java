package dev.tandem.server.operate;

import dev.tandem.server.platform.http.OutgoingException;
import dev.tandem.server.platform.http.OutgoingHttp;
import dev.tandem.server.platform.http.OutgoingRequest;
import dev.tandem.server.platform.http.OutgoingResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/**
 * Posts JSON that Slack understands ({@code text}, {@code blocks}), with our own facts beside it in {@code tandem}. With a secret
 * the header {@code X-Tandem-Signature} is {@code sha256=} and the HMAC of the time in {@code X-Tandem-Timestamp}, a dot and the body.
 */
final class WebhookSender implements Sender {
    private static final Duration LONGEST = Duration.ofSeconds(15);
    private static final Set<OutgoingException.Why> FINAL =
            Set.of(OutgoingException.Why.ADDRESS, OutgoingException.Why.FORBIDDEN, OutgoingException.Why.CERTIFICATE);
    private static final int SHOWN = 200;

    private final OutgoingHttp http;
    private final JsonMapper json;
    private final Clock clock;

    WebhookSender(OutgoingHttp http, JsonMapper json, Clock clock) {
        this.http = http;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public Outcome send(Channel channel, Notice notice, long deliveryId) {
        byte[] body = json.writeValueAsBytes(body(notice));
        OutgoingRequest request = OutgoingRequest.post(URI.create(channel.target()), "application/json", body)
                .within(LONGEST)
                .first(1024)
                .header("X-Tandem-Event", notice.event().wire())
                .header("X-Tandem-Delivery", Long.toString(deliveryId));
        if (channel.secret() != null) {
            String time = Long.toString(clock.instant().getEpochSecond());
            request = request.header("X-Tandem-Timestamp", time)
                    .header("X-Tandem-Signature", "sha256=" + signature(channel.secret(), time, body));
        }
        try {
            return outcome(http.send(request));
        } catch (OutgoingException e) {
            return new Outcome(false, !FINAL.contains(e.why()), String.valueOf(e.getMessage()));
        }
    }

    private static Outcome outcome(OutgoingResponse response) {
        int status = response.status();
        boolean sent = status >= 200 && status < 300;
        boolean again = status >= 500 || Set.of(408, 425, 429).contains(status);
        String said = sent ? "" : ": " + Texts.cut(response.text().strip(), SHOWN);
        return new Outcome(sent, again, "It answered " + status + said);
    }

    static Map<String, Object> body(Notice notice) {
        StringBuilder text = new StringBuilder("*" + slack(notice.title()) + "*");
        notice.lines().forEach(line -> text.append('\n').append(slack(line)));
        text.append("\n<")
                .append(notice.url())
                .append('|')
                .append(slack(notice.project()))
                .append('>');
        Map<String, Object> tandem = new LinkedHashMap<>(notice.facts());
        tandem.put("event", notice.event().wire());
        tandem.put("project", notice.project());
        tandem.put("title", notice.title());
        tandem.put("url", notice.url());
        tandem.put("at", notice.at().toString());
        return Map.of(
                "text",
                slack(notice.project() + ": " + notice.title()),
                "blocks",
                List.of(Map.of("type", "section", "text", Map.of("type", "mrkdwn", "text", text.toString()))),
                "tandem",
                tandem);
    }

    private static String slack(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    static String signature(String secret, String time, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }
}
