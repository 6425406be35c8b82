package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.PersonalToken;
import dev.tandem.server.identity.PersonalTokens;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** One's own personal access tokens. */
@Controller
public final class TokenPages {
    static final String PATH = "/-/profile/tokens";
    private static final int MOST_SHOWN = 200;
    private static final int LONGEST_NAME = 255;

    private final PersonalTokens tokens;
    private final Database database;
    private final Audit audit;
    private final Clock clock;

    TokenPages(PersonalTokens tokens, Database database, Audit audit, Clock clock) {
        this.tokens = tokens;
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What the page shows.
     *
     * @param secret of a token just made; only ever in the answer to its form
     */
    public record Model(
            List<PersonalToken> tokens,
            Instant now,
            List<String> scopes,
            @Nullable String secret,
            @Nullable String problem) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH)
    Page list(Actor.Person person) {
        return page(200, person, null, null);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH)
    Page create(
            Actor.Person person,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(required = false) @Nullable List<String> scopes,
            @RequestParam(defaultValue = "") String expires) {
        Set<TokenScope> wanted = scopes == null
                ? Set.of()
                : scopes.stream().flatMap(word -> TokenScope.of(word).stream()).collect(Collectors.toUnmodifiableSet());
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            return page(422, person, null, "identity.tokens.name-missing");
        }
        if (wanted.isEmpty() || !TokenScope.offeredTo(person.user()).containsAll(wanted)) {
            return page(422, person, null, "identity.tokens.scope-missing");
        }
        Optional<Instant> end;
        try {
            end = expires.isBlank() ? Optional.empty() : Optional.of(endOf(expires));
        } catch (DateTimeParseException e) {
            return page(422, person, null, "identity.tokens.day-wrong");
        }
        if (end.isPresent() && !end.get().isAfter(clock.instant())) {
            return page(422, person, null, "identity.tokens.day-wrong");
        }
        PersonalTokens.Created created = database.write(tx -> {
            audit.record(tx, person, "token.create", "user " + person.user().username(), name.strip());
            return tokens.create(tx, person.user().id(), name.strip(), wanted, end);
        });
        return page(200, person, created.secret(), null);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH + "/{token}/revoke")
    void revoke(Actor.Person person, @PathVariable long token, HttpServletResponse response) throws IOException {
        boolean revoked = database.write(tx -> {
            boolean done = tokens.revoke(tx, person.user().id(), token);
            if (done) {
                audit.record(tx, person, "token.revoke", "token " + token, "");
            }
            return done;
        });
        if (revoked) {
            Flash.leave(response, "identity.tokens.revoked");
        }
        response.sendRedirect(PATH);
    }

    /** The moment the day begins, as in GitLab: on that day the token no longer works. */
    private static Instant endOf(String day) {
        return LocalDate.parse(day).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private Page page(int status, Actor.Person person, @Nullable String secret, @Nullable String problem) {
        Model model = new Model(
                tokens.list(PersonalTokens.Filter.all(person.user().id()), 0, MOST_SHOWN),
                clock.instant(),
                TokenScope.offeredTo(person.user()).stream()
                        .sorted()
                        .map(TokenScope::word)
                        .toList(),
                secret,
                problem);
        return new Page("identity/tokens.jte", model, status);
    }
}
