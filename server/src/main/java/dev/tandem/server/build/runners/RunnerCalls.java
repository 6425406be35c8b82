package dev.tandem.server.build.runners;

import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.build.store.RunnerStore;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What runners call before they have a job: verify, ask for a job, leave. Section 2 and 4 of the runner protocol. */
@RestController
class RunnerCalls {
    /** Well inside the ten minutes that a runner waits for an answer. */
    static final Duration HOLD = Duration.ofSeconds(50);

    private static final Duration CONTACT_PRECISION = Duration.ofMinutes(1);
    private static final int LONGEST_TEXT = 100;

    private final Database database;
    private final RunnerStore runners;
    private final Handout handout;
    private final JobQueue queue;
    private final Clock clock;
    /** Distinguishes the queue versions of this process from those of the one before. */
    private final String run = UUID.randomUUID().toString().substring(0, 8);

    private final Map<String, Instant> lastContact = new ConcurrentHashMap<>();

    RunnerCalls(Database database, RunnerStore runners, Handout handout, JobQueue queue, Clock clock) {
        this.database = database;
        this.runners = runners;
        this.handout = handout;
        this.queue = queue;
        this.clock = clock;
    }

    @PostMapping("/api/v4/runners/verify")
    @Requires(Permission.MACHINE)
    ResponseEntity<Map<String, @Nullable Object>> verify(Parameters parameters, HttpServletRequest request) {
        RunnerRecord runner = runner(parameters, request);
        contact(runner, machine(parameters));
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put("id", runner.id());
        body.put("token", token(parameters, request));
        body.put("token_expires_at", null);
        return ResponseEntity.ok(body);
    }

    /** Without {@code last_update} the answer comes at once, else the request is held until there is a job. */
    @PostMapping("/api/v4/jobs/request")
    @Requires(Permission.MACHINE)
    ResponseEntity<Map<String, Object>> request(Parameters parameters, HttpServletRequest request)
            throws InterruptedException {
        RunnerRecord runner = runner(parameters, request);
        RunnerStore.Machine machine = machine(parameters);
        contact(runner, machine);
        String version = run + "-" + queue.version();
        if (runner.paused()) {
            return nothing(version);
        }
        Duration patience = parameters.text("last_update").isPresent() ? HOLD : Duration.ZERO;
        boolean acknowledges = feature(parameters, "two_phase_job_commit");
        Handout.Asking asking = new Handout.Asking(runner, machine.cancelsGracefully(), acknowledges);
        Optional<Map<String, Object>> job = handout.next(asking, patience, ClientConnection.gone(request));
        return job.map(payload -> ResponseEntity.status(201)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(payload))
                .orElseGet(() -> nothing(version));
    }

    @DeleteMapping("/api/v4/runners/managers")
    @Requires(Permission.MACHINE)
    ResponseEntity<Void> leave(Parameters parameters, HttpServletRequest request) {
        RunnerRecord runner = runner(parameters, request);
        String systemId = parameters.requiredText("system_id");
        boolean known = database.write(tx -> runners.deleteMachine(tx.sql(), runner.id(), systemId));
        if (!known) {
            throw ApiException.notFound("Runner Manager");
        }
        return ResponseEntity.noContent().build();
    }

    @DeleteMapping("/api/v4/runners")
    @Requires(Permission.MACHINE)
    ResponseEntity<Void> unregister(Parameters parameters, HttpServletRequest request) {
        RunnerRecord runner = runner(parameters, request);
        database.write(tx -> runners.delete(tx.sql(), runner.id()));
        queue.changed(runner.id());
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/api/v4/runners/reset_authentication_token")
    @Requires(Permission.MACHINE)
    ResponseEntity<Map<String, @Nullable Object>> reset(Parameters parameters, HttpServletRequest request) {
        RunnerRecord runner = runner(parameters, request);
        String token = Tokens.ofRunner();
        database.write(tx -> {
            runners.token(tx.sql(), runner.id(), Tokens.hash(token));
            return runner;
        });
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put("token", token);
        body.put("token_expires_at", null);
        return ResponseEntity.status(201).body(body);
    }

    /** There is no job router; the runner then polls. */
    @GetMapping("/api/v4/runners/router/discovery")
    @Requires(Permission.MACHINE)
    ResponseEntity<Map<String, Object>> discovery() {
        return ResponseEntity.status(501).body(Map.of("message", "There is no job router here; poll for jobs"));
    }

    private static ResponseEntity<Map<String, Object>> nothing(String version) {
        return ResponseEntity.noContent()
                .header("X-GitLab-Last-Update", version)
                .build();
    }

    private RunnerRecord runner(Parameters parameters, HttpServletRequest request) {
        String token = token(parameters, request);
        return database.read(sql -> runners.ofToken(sql, Tokens.hash(token))).orElseThrow(ApiException::forbidden);
    }

    private static String token(Parameters parameters, HttpServletRequest request) {
        String header = request.getHeader("RUNNER-TOKEN");
        return parameters.text("token").orElse(header == null ? "" : header);
    }

    /** Polls come every few seconds; a contact is written once a minute. */
    private void contact(RunnerRecord runner, RunnerStore.Machine machine) {
        String key = runner.id() + "/" + machine.systemId();
        Instant now = clock.instant();
        Instant last = lastContact.get(key);
        if (last == null || last.plus(CONTACT_PRECISION).isBefore(now)) {
            lastContact.put(key, now);
            database.write(tx -> {
                runners.contact(tx.sql(), runner.id(), machine, now);
                return runner;
            });
        }
    }

    private static RunnerStore.Machine machine(Parameters parameters) {
        Optional<Parameters> info = parameters.object("info");
        return new RunnerStore.Machine(
                bounded(parameters.text("system_id").orElse("unknown"), 64),
                text(info, "version"),
                text(info, "executor"),
                text(info, "platform"),
                text(info, "architecture"),
                feature(parameters, "cancel_gracefully"));
    }

    private static boolean feature(Parameters parameters, String name) {
        return parameters
                .object("info")
                .flatMap(info -> info.object("features"))
                .flatMap(features -> features.flag(name))
                .orElse(false);
    }

    private static String text(Optional<Parameters> info, String name) {
        return bounded(info.flatMap(given -> given.text(name)).orElse(""), LONGEST_TEXT);
    }

    private static String bounded(String text, int longest) {
        return text.length() > longest ? text.substring(0, longest) : text;
    }
}
