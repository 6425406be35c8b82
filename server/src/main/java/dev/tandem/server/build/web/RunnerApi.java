package dev.tandem.server.build.web;

import dev.tandem.server.build.runners.Tokens;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.build.store.RunnerStore;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Making runners of the whole installation; the token is shown once. */
@RestController
class RunnerApi {
    private static final int MOST_TAGS = 50;

    private final RunnerStore runners;
    private final Database database;
    private final Audit audit;
    private final Clock clock;

    RunnerApi(RunnerStore runners, Database database, Audit audit, Clock clock) {
        this.runners = runners;
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    @PostMapping("/api/v4/user/runners")
    @Requires(Permission.ADMINISTER)
    ResponseEntity<Map<String, @Nullable Object>> create(Actor actor, Parameters parameters) {
        if (!parameters.requiredText("runner_type").equals("instance_type")) {
            throw ApiException.invalid("runner_type", "must be instance_type: other runners do not exist yet");
        }
        List<String> tags = parameters.texts("tag_list");
        boolean untagged = parameters.flag("run_untagged").orElse(true);
        if (tags.size() > MOST_TAGS || (tags.isEmpty() && !untagged)) {
            throw ApiException.invalid(
                    "tag_list", "must hold 1 to " + MOST_TAGS + " tags when untagged jobs are refused");
        }
        String token = Tokens.ofRunner();
        RunnerRecord wanted = new RunnerRecord(
                0,
                parameters.text("description").orElse(""),
                tags,
                untagged,
                parameters.flag("paused").orElse(false),
                parameters.text("access_level").filter("ref_protected"::equals).isPresent(),
                false,
                Math.clamp(parameters.number("maximum_timeout").orElse(0L), 0, Integer.MAX_VALUE),
                clock.instant(),
                null);
        RunnerRecord made = database.write(tx -> {
            RunnerRecord runner = runners.insert(tx.sql(), wanted, Tokens.hash(token));
            audit.record(tx, actor, "runner.create", "runner " + runner.id(), runner.description());
            return runner;
        });
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", made.id());
        body.put("token", token);
        body.put("token_expires_at", null);
        return ResponseEntity.status(201).body(body);
    }
}
