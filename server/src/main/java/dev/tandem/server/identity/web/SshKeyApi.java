package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.SshKey;
import dev.tandem.server.identity.SshKeys;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** One's own SSH keys. */
@RestController
final class SshKeyApi {
    private static final String PATH = "/api/v4/user/keys";

    private final SshKeys keys;
    private final Database database;
    private final Audit audit;

    SshKeyApi(SshKeys keys, Database database, Audit audit) {
        this.keys = keys;
        this.database = database;
        this.audit = audit;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record KeyJson(
            long id,
            String title,
            String key,
            String usageType,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant expiresAt) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH)
    Listing<KeyJson> list(Actor.Person person, Parameters parameters) {
        Paging paging = parameters.paging();
        return new Listing<>(
                        keys.list(person.user().id(), paging.offset(), paging.limit()),
                        keys.count(person.user().id()),
                        paging)
                .map(SshKeyApi::json);
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH + "/{key}")
    KeyJson one(Actor.Person person, @PathVariable long key) {
        return keys.find(person.user().id(), key).map(SshKeyApi::json).orElseThrow(() -> ApiException.notFound("Key"));
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH)
    @ResponseStatus(HttpStatus.CREATED)
    KeyJson create(Actor.Person person, Parameters parameters) {
        String title = parameters.requiredText("title");
        String pasted = parameters.requiredText("key");
        SshKeys.Addition addition = database.write(tx -> {
            SshKeys.Addition added = keys.add(tx, person.user().id(), title, pasted, parameters.time("expires_at"));
            if (added instanceof SshKeys.Addition.Added done) {
                audit.record(
                        tx,
                        person,
                        "ssh-key.add",
                        "user " + person.user().username(),
                        done.key().fingerprint());
            }
            return added;
        });
        return switch (addition) {
            case SshKeys.Addition.Added added -> json(added.key());
            case SshKeys.Addition.Refused refused -> throw new ApiException(400, why(refused.code()));
        };
    }

    @Requires(Permission.SIGNED_IN)
    @DeleteMapping(PATH + "/{key}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Actor.Person person, @PathVariable long key) {
        SshKey found = keys.find(person.user().id(), key).orElseThrow(() -> ApiException.notFound("Key"));
        database.write(tx -> {
            if (keys.delete(tx, found.user(), found.id())) {
                audit.record(
                        tx, person, "ssh-key.delete", "user " + person.user().username(), found.fingerprint());
            }
            return 0;
        });
    }

    private static String why(String code) {
        return switch (code) {
            case "private" ->
                "key is a private key: keep it to yourself, make a new pair, and send the line of its .pub file";
            case "weak" -> "key is too weak: use ed25519, ECDSA, or RSA of at least 2048 bits";
            case "taken" -> "key has already been taken";
            case "too-many" -> "there are too many keys: delete one first";
            default -> "key is invalid: send the one line of a .pub file, such as 'ssh-ed25519 AAAA...'";
        };
    }

    private static KeyJson json(SshKey key) {
        return new KeyJson(
                key.id(),
                key.title(),
                key.publicKey(),
                "auth",
                key.createdAt(),
                key.lastUsedAt().orElse(null),
                key.expiresAt().orElse(null));
    }
}
