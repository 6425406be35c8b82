package dev.tandem.cli.demo;

import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Service;
import dev.tandem.cli.drive.StepFailed;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What runs where, and what operation sees of it, as the API shows it. */
final class Production {
    private final Api api;
    private final String path;

    Production(Api api, String project) {
        this.api = api;
        this.path = "/projects/" + Api.encoded(project);
    }

    Service service(String name) throws IOException, InterruptedException {
        for (JsonNode environment : api.get(path + "/environments")) {
            if (environment.path("name").asString().equals(name)) {
                return new Service(URI.create(environment.path("external_url").asString()));
            }
        }
        throw new StepFailed("there is no environment '" + name + "'");
    }

    /** The newest rollout to production, which was taken back: when its first traffic moved, and when back again. */
    JudgedRollout takenBack() throws IOException, InterruptedException {
        JsonNode rollouts = api.get("tandem:" + path + "/rollouts?environment=production");
        JsonNode newest = rollouts.path(0);
        if (!newest.path("phase").asString().equals("failed")) {
            throw new StepFailed("the newest rollout to production did not fail: " + newest);
        }
        JsonNode events = api.get(
                        "tandem:" + path + "/rollouts/" + newest.path("id").asLong() + "/progress?after=0")
                .path("events");
        return new JudgedRollout(time(newest.path("steps").path(0), "started_at"), reverted(events));
    }

    private static Instant reverted(JsonNode events) {
        for (JsonNode event : events) {
            if (event.path("kind").asString().equals("reverting")) {
                return time(event, "at");
            }
        }
        throw new StepFailed("the rollout was not reverted: " + events);
    }

    private static Instant time(JsonNode facts, String field) {
        if (!facts.path(field).isString()) {
            throw new StepFailed("there is no " + field + " in " + facts);
        }
        return OffsetDateTime.parse(facts.path(field).asString()).toInstant();
    }

    /** An open incident whose first suspect is {@code commit}. */
    Optional<JsonNode> incidentSuspecting(String commit) throws IOException, InterruptedException {
        for (JsonNode listed : api.get("tandem:" + path + "/incidents")) {
            JsonNode incident = api.get(
                    "tandem:" + path + "/incidents/" + listed.path("iid").asLong());
            if (!incident.path("status").asString().equals("resolved")
                    && incident.path("suspects").path(0).path("sha").asString().equals(commit)) {
                return Optional.of(incident);
            }
        }
        return Optional.empty();
    }

    /** The five keys of the last 30 days. */
    JsonNode dora() throws IOException, InterruptedException {
        return api.get("tandem:" + path + "/dora?window=30d");
    }
}
