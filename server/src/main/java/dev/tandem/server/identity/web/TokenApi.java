package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.PersonalToken;
import dev.tandem.server.identity.PersonalTokens;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.ApiTimes;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

/** Personal access tokens; administrators see and end those of others too, and make them for others. */
@RestController
final class TokenApi {
    /** What GitLab gives a rotated token for which nobody named an end. */
    private static final Duration ROTATED_LASTS = Duration.ofDays(7);

    private final PersonalTokens tokens;
    private final Users users;
    private final Database database;
    private final Audit audit;
    private final Clock clock;
    private final Callers callers;

    TokenApi(PersonalTokens tokens, Users users, Database database, Audit audit, Clock clock, Callers callers) {
        this.tokens = tokens;
        this.users = users;
        this.database = database;
        this.audit = audit;
        this.clock = clock;
        this.callers = callers;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record TokenJson(
            long id,
            String name,
            boolean revoked,
            Instant createdAt,
            String description,
            List<String> scopes,
            long userId,
            @Nullable Instant lastUsedAt,
            boolean active,
            @Nullable String expiresAt) {}

    /** The same with the secret, once. */
    @JsonNaming(SnakeCaseStrategy.class)
    record NewTokenJson(
            long id,
            String name,
            boolean revoked,
            Instant createdAt,
            List<String> scopes,
            long userId,
            boolean active,
            @Nullable String expiresAt,
            String token) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/personal_access_tokens")
    Listing<TokenJson> list(Actor.Person person, Parameters parameters) {
        UserId user = parameters
                .number("user_id")
                .map(TokenApi::id)
                .orElse(person.user().id());
        if (!user.equals(person.user().id()) && !person.user().admin()) {
            throw ApiException.forbidden();
        }
        PersonalTokens.Filter filter =
                new PersonalTokens.Filter(user, parameters.text("search").orElse(""), wantedActive(parameters));
        Paging paging = parameters.paging();
        return new Listing<>(tokens.list(filter, paging.offset(), paging.limit()), tokens.count(filter), paging)
                .map(this::json);
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/personal_access_tokens/{token}")
    TokenJson one(Actor.Person person, @PathVariable String token, HttpServletRequest request) {
        return json(mine(person, token, request));
    }

    @Requires(Permission.SIGNED_IN)
    @DeleteMapping("/api/v4/personal_access_tokens/{token}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Actor.Person person, @PathVariable String token, HttpServletRequest request) {
        PersonalToken found = mine(person, token, request);
        database.write(tx -> {
            if (tokens.revoke(tx, found.user(), found.id())) {
                audit.record(tx, person, "token.revoke", "token " + found.id(), found.name());
            }
            return 0;
        });
    }

    /** Ends the token and answers with its successor, which lasts a week unless said otherwise. */
    @Requires(Permission.SIGNED_IN)
    @PostMapping("/api/v4/personal_access_tokens/{token}/rotate")
    NewTokenJson rotate(
            Actor.Person person, @PathVariable String token, Parameters parameters, HttpServletRequest request) {
        PersonalToken found = mine(person, token, request);
        Instant now = clock.instant();
        Instant end = parameters.time("expires_at").orElseGet(() -> now.plus(ROTATED_LASTS));
        if (!end.isAfter(now)) {
            throw ApiException.invalid("expires_at", "must be in the future");
        }
        PersonalTokens.Created created = database.write(tx -> {
                    Optional<PersonalTokens.Created> successor = tokens.rotate(tx, found, end);
                    successor.ifPresent(made -> audit.record(
                            tx,
                            person,
                            "token.rotate",
                            "token " + found.id(),
                            "now token " + made.token().id()));
                    return successor;
                })
                .orElseThrow(() -> new ApiException(400, "400 Bad request - Token already revoked or expired"));
        return withSecret(created);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping("/api/v4/users/{user}/personal_access_tokens")
    @ResponseStatus(HttpStatus.CREATED)
    NewTokenJson create(Actor.Person person, @PathVariable long user, Parameters parameters) {
        User owner = users.find(id(user)).orElseThrow(() -> ApiException.notFound("User"));
        String name = parameters.requiredText("name");
        Set<TokenScope> scopes = scopes(parameters, owner);
        Optional<Instant> expiresAt = parameters.time("expires_at");
        return withSecret(database.write(tx -> {
            audit.record(tx, person, "token.create", "user " + owner.username(), name);
            return tokens.create(tx, owner.id(), cut(name), scopes, expiresAt);
        }));
    }

    private NewTokenJson withSecret(PersonalTokens.Created created) {
        TokenJson json = json(created.token());
        return new NewTokenJson(
                json.id(),
                json.name(),
                false,
                json.createdAt(),
                json.scopes(),
                json.userId(),
                json.active(),
                json.expiresAt(),
                created.secret());
    }

    private static Optional<Boolean> wantedActive(Parameters parameters) {
        return parameters.text("state").filter(state -> !state.isEmpty()).map(state -> switch (state) {
            case "active" -> true;
            case "inactive" -> false;
            default -> throw ApiException.malformed("state");
        });
    }

    private static Set<TokenScope> scopes(Parameters parameters, User owner) {
        List<String> words = parameters.texts("scopes");
        if (words.isEmpty()) {
            throw ApiException.missing("scopes");
        }
        return words.stream()
                .map(word -> TokenScope.of(word)
                        .filter(TokenScope.offeredTo(owner)::contains)
                        .orElseThrow(() -> new ApiException(400, "Scopes can only contain available scopes")))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** By number, or as {@code self} the one that asks. */
    private PersonalToken mine(Actor.Person person, String token, HttpServletRequest request) {
        if (token.equals("self")) {
            return callers.lenient(request).token().orElseThrow(() -> ApiException.notFound("Token"));
        }
        return number(token)
                .flatMap(tokens::find)
                .filter(found -> person.user().admin()
                        || found.user().equals(person.user().id()))
                .orElseThrow(() -> ApiException.notFound("Token"));
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.valueOf(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private TokenJson json(PersonalToken token) {
        return new TokenJson(
                token.id(),
                token.name(),
                token.revoked(),
                token.createdAt(),
                "",
                token.scopes().stream().sorted().map(TokenScope::word).toList(),
                token.user().value(),
                token.lastUsedAt().orElse(null),
                token.activeAt(clock.instant()),
                token.expiresAt().map(ApiTimes::day).orElse(null));
    }

    private static UserId id(long number) {
        if (number <= 0) {
            throw ApiException.notFound("User");
        }
        return new UserId(number);
    }

    private static String cut(String name) {
        return name.length() <= 255 ? name : name.substring(0, 255);
    }
}
