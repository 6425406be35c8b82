package dev.tandem.server.deliver.web;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.server.deliver.Agent;
import dev.tandem.server.deliver.Agents;
import dev.tandem.server.deliver.ReleaseBundles;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/** The server's side of the agent protocol, and the register of agents. */
@RestController
class AgentApi {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(25);
    /** Some hundred revisions with forty lines of 500 characters each. */
    private static final int MAX_REPORT_BYTES = 8 * 1024 * 1024;

    private final Agents agents;
    private final ReleaseBundles bundles;
    private final JsonMapper json;

    AgentApi(Agents agents, ReleaseBundles bundles, JsonMapper json) {
        this.agents = agents;
        this.bundles = bundles;
        this.json = json;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record AgentJson(
            long id,
            String name,
            Instant createdAt,
            @Nullable Instant reportedAt,
            @Nullable String token) {
        static AgentJson of(Agent agent) {
            return new AgentJson(agent.id(), agent.name(), agent.createdAt(), agent.reportedAt(), null);
        }
    }

    @Requires(Permission.MACHINE)
    @GetMapping("/api/tandem/v1/agent/desired")
    ResponseEntity<DesiredState> desired(
            @RequestHeader(name = "AGENT-TOKEN", defaultValue = "") String token,
            @RequestParam(defaultValue = "-1") long after)
            throws InterruptedException {
        return agents.awaitDesired(agent(token).id(), after, LONGEST_WAIT)
                .map(ResponseEntity::ok)
                .orElseGet(() -> ResponseEntity.noContent().build());
    }

    @Requires(Permission.MACHINE)
    @PostMapping("/api/tandem/v1/agent/report")
    ResponseEntity<Void> report(
            @RequestHeader(name = "AGENT-TOKEN", defaultValue = "") String token, HttpServletRequest request)
            throws IOException {
        Agent agent = agent(token);
        byte[] body = request.getInputStream().readNBytes(MAX_REPORT_BYTES + 1);
        if (body.length > MAX_REPORT_BYTES) {
            throw new ApiException(413, "A report has at most " + MAX_REPORT_BYTES / 1024 / 1024 + " MB.");
        }
        agents.report(agent.id(), read(body));
        return ResponseEntity.noContent().build();
    }

    private AgentReport read(byte[] body) {
        try {
            return json.readValue(body, AgentReport.class);
        } catch (JacksonException e) {
            throw new ApiException(400, "The report cannot be read: " + e.getOriginalMessage());
        }
    }

    @Requires(Permission.MACHINE)
    @GetMapping("/api/tandem/v1/agent/bundles/{sha256}")
    void bundle(
            @RequestHeader(name = "AGENT-TOKEN", defaultValue = "") String token,
            @PathVariable String sha256,
            HttpServletResponse response)
            throws IOException {
        Optional<InputStream> content = bundles.openForAgent(agent(token).id(), sha256);
        if (content.isEmpty()) {
            throw ApiException.notFound("Bundle");
        }
        try (InputStream bytes = content.get()) {
            response.setContentType("application/gzip");
            bytes.transferTo(response.getOutputStream());
        }
    }

    private Agent agent(String token) {
        return agents.verify(token).orElseThrow(ApiException::unauthorized);
    }

    @Requires(Permission.ADMINISTER)
    @GetMapping("/api/tandem/v1/agents")
    Listing<AgentJson> list(Paging paging) {
        return Listing.cut(agents.list(), paging).map(AgentJson::of);
    }

    /** Registers an agent, or gives the one of this name a new token; the token is shown this once. */
    @Requires(Permission.ADMINISTER)
    @PostMapping("/api/tandem/v1/agents")
    ResponseEntity<AgentJson> register(Parameters parameters) {
        String name = parameters.requiredText("name");
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw new ApiException(
                    400, "name holds 1 to 100 letters, digits and . _ - and begins with a letter or digit.");
        }
        Agents.Registered registered = agents.register(name);
        Agent agent = registered.agent();
        return ResponseEntity.status(201)
                .body(new AgentJson(
                        agent.id(), agent.name(), agent.createdAt(), agent.reportedAt(), registered.token()));
    }
}
