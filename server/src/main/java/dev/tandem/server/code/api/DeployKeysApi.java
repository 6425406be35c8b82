package dev.tandem.server.code.api;

import dev.tandem.server.code.DeployKey;
import dev.tandem.server.code.DeployKeys;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v4/projects/:id/deploy_keys}. */
@RestController
class DeployKeysApi {
    private static final String PATH = "/api/v4/projects/{id}/deploy_keys";

    private final DeployKeys keys;

    DeployKeysApi(DeployKeys keys) {
        this.keys = keys;
    }

    @GetMapping(PATH)
    @Requires(Permission.MANAGE_PROJECT)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts project, Parameters parameters) {
        Paging paging = parameters.paging();
        return new Listing<>(keys.list(project.id(), paging.offset(), paging.limit()), keys.count(project.id()), paging)
                .map(DeployKeysApi::json);
    }

    @GetMapping(PATH + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> one(ProjectFacts project, @PathVariable long key) {
        return json(find(project, key));
    }

    @PostMapping(PATH)
    @Requires(Permission.MANAGE_PROJECT)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> create(Actor actor, ProjectFacts project, Parameters parameters) {
        DeployKeys.Wanted wanted = new DeployKeys.Wanted(
                parameters.requiredText("title"),
                parameters.flag("can_push").orElse(false),
                parameters.time("expires_at"));
        return switch (keys.add(Code.person(actor), project, parameters.requiredText("key"), wanted)) {
            case DeployKeys.Addition.Added added -> json(added.key());
            case DeployKeys.Addition.Refused refused -> throw ApiException.invalid("key", why(refused.code()));
        };
    }

    @PutMapping(PATH + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> edit(
            Actor actor, ProjectFacts project, @PathVariable long key, Parameters parameters) {
        DeployKey found = find(project, key);
        boolean done = keys.edit(
                Code.person(actor),
                project,
                found,
                parameters.text("title").filter(title -> !title.isBlank()).orElse(found.title()),
                parameters.flag("can_push").orElse(found.canPush()));
        if (!done) {
            throw ApiException.invalid("can_push", "can be switched on by whoever added the key alone");
        }
        return json(find(project, key));
    }

    @DeleteMapping(PATH + "/{key}")
    @Requires(Permission.MANAGE_PROJECT)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Actor actor, ProjectFacts project, @PathVariable long key) {
        keys.delete(actor, project, find(project, key));
    }

    private DeployKey find(ProjectFacts project, long key) {
        return keys.find(project.id(), key).orElseThrow(() -> ApiException.notFound("Deploy Key"));
    }

    private static String why(String code) {
        return switch (code) {
            case "private" -> "is a private key: make a new pair, and send the line of its .pub file";
            case "weak" -> "is too weak: use ed25519, ECDSA, or RSA of at least 2048 bits";
            case "taken" -> "has already been taken";
            case "too-many" -> "is one too many: delete one first";
            default -> "is invalid: send the one line of a .pub file, such as 'ssh-ed25519 AAAA...'";
        };
    }

    private static Map<String, @Nullable Object> json(DeployKey key) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", key.id());
        json.put("title", key.title());
        json.put("key", key.publicKey());
        json.put("fingerprint_sha256", key.fingerprint());
        json.put("created_at", key.createdAt());
        json.put("expires_at", key.expiresAt().orElse(null));
        json.put("last_used_at", key.lastUsedAt().orElse(null));
        json.put("can_push", key.canPush());
        return json;
    }
}
