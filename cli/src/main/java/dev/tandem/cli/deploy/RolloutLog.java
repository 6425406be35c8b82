package dev.tandem.cli.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** Follows a rollout to its end, printing what happens. A server that restarts meanwhile is waited for. */
final class RolloutLog {
    /** The rollout goes on without the server's answers; after this long somebody should look. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Server server;
    private final PrintWriter out;

    RolloutLog(Server server, PrintWriter out) {
        this.server = server;
        this.out = out;
    }

    /** @throws Refused with the reason, when the rollout did not succeed */
    void follow(JsonNode rollout) throws InterruptedException, Refused {
        String environment = rollout.path("environment").asString();
        out.printf(
                "Deployment to %s: %s%n", environment, rollout.path("web_url").asString());
        if (rollout.path("attached").asBoolean()) {
            out.println("  It was under way already; going along with it.");
        }
        out.flush();
        long id = rollout.path("id").asLong();
        long after = 0;
        JsonNode now = rollout;
        while (!now.path("over").asBoolean()) {
            JsonNode news = news(id, after);
            after = print(news.path("events"), after);
            now = news.path("rollout");
        }
        end(environment, now);
    }

    private long print(JsonNode events, long after) {
        long last = after;
        for (JsonNode event : events) {
            out.println("  " + event.path("message").asString());
            last = event.path("id").asLong();
        }
        out.flush();
        return last;
    }

    private JsonNode news(long id, long after) throws InterruptedException, Refused {
        Instant giveUp = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                Server.Reply reply = server.progress(id, after);
                if (reply.ok()) {
                    return reply.body();
                }
                if (reply.status() < 500) {
                    throw Server.refused(reply);
                }
            } catch (IOException e) {
                if (Instant.now().isAfter(giveUp)) {
                    throw new Refused("The server has not answered for " + PATIENCE.toMinutes() + " minutes (" + e
                            + "). The rollout goes on without us; look at it when the server is back.");
                }
            }
            if (Instant.now().isAfter(giveUp)) {
                throw new Refused("The server keeps failing. The rollout may go on; look at its page.");
            }
            Thread.sleep(PAUSE);
        }
    }

    private void end(String environment, JsonNode rollout) throws Refused {
        String phase = rollout.path("phase").asString();
        if (!phase.equals("success")) {
            rollout.path("log_tail").forEach(line -> out.println("    | " + line.asString()));
            out.flush();
            throw new Refused("The deployment to " + environment + " ended as " + phase + ": "
                    + rollout.path("reason").asString("no reason was given") + ".");
        }
        String url = rollout.path("url").asString("");
        out.println(environment + " is done" + (url.isEmpty() ? "." : ": " + url));
        out.flush();
    }
}
