package dev.tandem.server.identity;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.Tx;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signs people in whom a provider knows. A person there is a user here by the provider's own key for them ({@code sub}) alone,
 * never by an e-mail address, which at either end may be somebody else's. What a sign-in must remember travels in a sealed
 * cookie, so that the answer counts only in the browser that asked. Safe for use by many threads.
 */
public final class ProviderSignIn {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderSignIn.class);
    private static final Duration LASTS = Duration.ofMinutes(10);

    /** First part of the path to which providers send people back. */
    public static final String CALLBACK = "/-/sign-in/callback/";

    private final Database database;
    private final SignInProviders providers;
    private final OpenIdClient client;
    private final Users users;
    private final SignIn signIn;
    private final SecretBox secrets;
    private final ServerUrls urls;
    private final Audit audit;
    private final JsonMapper json;
    private final Clock clock;

    ProviderSignIn(
            Database database,
            SignInProviders providers,
            OpenIdClient client,
            Users users,
            SignIn signIn,
            SecretBox secrets,
            ServerUrls urls,
            Audit audit,
            JsonMapper json,
            Clock clock) {
        this.database = database;
        this.providers = providers;
        this.client = client;
        this.users = users;
        this.signIn = signIn;
        this.secrets = secrets;
        this.urls = urls;
        this.audit = audit;
        this.json = json;
        this.clock = clock;
    }

    /**
     * A sign-in that was begun.
     *
     * @param cookie to be kept by the browser until it comes back
     */
    public record Begun(URI address, String cookie) {}

    /** How it ended. */
    public sealed interface Outcome {
        /** @param to where the person wanted to go */
        record Proved(SignIn.Result result, String to) implements Outcome {}

        /** The account and the person there belong together now. */
        record Linked() implements Outcome {}

        /**
         * Nobody is signed in by it.
         *
         * @param reason last part of a message key
         * @param detail for its parameter
         */
        record Refused(String reason, String detail) implements Outcome {}
    }

    private record Waiting(String provider, OpenIdClient.Challenge challenge, String to, long linkTo, long expiresAt) {}

    /**
     * @param linkTo a user who is signed in and wants to be known by this provider; empty to sign in
     * @return empty when the provider cannot be asked
     */
    public Optional<Begun> begin(SignInProvider provider, String to, Optional<UserId> linkTo) {
        OpenIdClient.Challenge challenge = OpenIdClient.Challenge.fresh();
        try {
            URI address = client.begin(provider, challenge, back(provider));
            Waiting waiting = new Waiting(
                    provider.name(),
                    challenge,
                    to,
                    linkTo.map(UserId::value).orElse(0L),
                    clock.instant().plus(LASTS).toEpochMilli());
            return Optional.of(new Begun(address, secrets.seal(json.writeValueAsString(waiting))));
        } catch (OpenIdClient.Failure e) {
            LOG.warn("cannot ask the sign-in provider {}: {}", provider.name(), e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether the provider can be asked; empty, or what is wrong with it. */
    public Optional<String> check(SignInProvider provider) {
        try {
            client.check(provider);
            return Optional.empty();
        } catch (OpenIdClient.Failure e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * @param cookie what {@link Begun} gave
     * @param answer the address with which the browser came back
     * @param signedIn who is signed in with it
     */
    public Outcome finish(
            SignInProvider provider, String cookie, URI answer, Optional<User> signedIn, SignIn.Origin origin) {
        Optional<Waiting> waiting = waiting(cookie)
                .filter(one -> one.provider().equals(provider.name())
                        && Instant.ofEpochMilli(one.expiresAt()).isAfter(clock.instant()));
        if (waiting.isEmpty()) {
            return new Outcome.Refused("too-late", provider.title());
        }
        OpenIdClient.Claims claims;
        try {
            claims = client.finish(
                    provider, providers.secretOf(provider), waiting.get().challenge(), back(provider), answer);
        } catch (OpenIdClient.Failure e) {
            LOG.warn("sign-in by {} from {} failed: {}", provider.name(), origin.address(), e.getMessage());
            note(provider, origin, String.valueOf(e.getMessage()));
            return new Outcome.Refused(e.isUnreachable() ? "unreachable" : "failed", provider.title());
        }
        return waiting.get().linkTo() == 0
                ? signIn(provider, claims, waiting.get().to(), origin)
                : link(provider, claims, waiting.get().linkTo(), signedIn);
    }

    private Outcome link(SignInProvider provider, OpenIdClient.Claims claims, long linkTo, Optional<User> signedIn) {
        Optional<User> user = signedIn.filter(one -> one.id().value() == linkTo);
        if (user.isEmpty()) {
            return new Outcome.Refused("too-late", provider.title());
        }
        boolean linked = database.write(tx -> providers.link(tx, provider, claims.subject(), user.get()));
        return linked ? new Outcome.Linked() : new Outcome.Refused("linked-already", provider.title());
    }

    private Outcome signIn(SignInProvider provider, OpenIdClient.Claims claims, String to, SignIn.Origin origin) {
        Optional<User> found = database.read(sql -> providers.user(sql, provider, claims.subject()));
        if (found.isPresent()) {
            return found.get().mayEnter()
                    ? new Outcome.Proved(signIn.proved(found.get(), origin, false), to)
                    : refused(provider, origin, "blocked", found.get().username());
        }
        if (!provider.createsAccounts()) {
            return refused(provider, origin, "unknown", provider.title());
        }
        String email = claims.email().orElse("");
        if (!provider.admits(email, claims.verified())) {
            return refused(provider, origin, "domain", email);
        }
        return create(provider, claims, email, to, origin);
    }

    private Outcome create(
            SignInProvider provider, OpenIdClient.Claims claims, String email, String to, SignIn.Origin origin) {
        String username = username(claims.username().orElse(""));
        UserCreation creation = database.write(tx -> {
            UserCreation made = users.create(tx, username, claims.name().orElse(username), email, false);
            if (made instanceof UserCreation.Created(User user)) {
                welcome(tx, provider, claims, user);
            }
            return made;
        });
        return switch (creation) {
            case UserCreation.Created(User user) -> new Outcome.Proved(signIn.proved(user, origin, false), to);
            case UserCreation.UsernameTaken() -> refused(provider, origin, "taken", username);
            case UserCreation.Invalid(String field) -> refused(provider, origin, "invalid-" + field, username);
            case UserCreation.Busy() -> throw new IllegalStateException("no password was hashed");
        };
    }

    private void welcome(Tx tx, SignInProvider provider, OpenIdClient.Claims claims, User user) {
        audit.record(tx, Actor.ANONYMOUS, "user.create", "user " + user.username(), "by " + provider.name());
        if (!providers.link(tx, provider, claims.subject(), user)) {
            throw new IllegalStateException("somebody signed in by " + provider.name() + " twice at the same moment");
        }
    }

    /** Of an address, what stands before the sign; of anything else, what a username may hold. */
    private static String username(String claim) {
        int at = claim.indexOf('@');
        String text = (at > 0 ? claim.substring(0, at) : claim).toLowerCase(Locale.ROOT);
        return text.replaceAll("[^a-z0-9_.-]+", "-").replaceAll("^[^a-z0-9_]+|[^a-z0-9_]+$", "");
    }

    private Outcome refused(SignInProvider provider, SignIn.Origin origin, String reason, String detail) {
        note(provider, origin, reason + " " + detail);
        return new Outcome.Refused(reason, detail);
    }

    private void note(SignInProvider provider, SignIn.Origin origin, String why) {
        database.write(tx -> {
            audit.record(
                    tx,
                    Actor.ANONYMOUS,
                    "session.refused",
                    "sign-in provider " + provider.name(),
                    "from " + origin.address() + ": " + why);
            return 0;
        });
    }

    private Optional<Waiting> waiting(String cookie) {
        try {
            return Optional.of(json.readValue(secrets.open(cookie), Waiting.class));
        } catch (IllegalArgumentException | JacksonException notOurs) {
            return Optional.empty();
        }
    }

    private URI back(SignInProvider provider) {
        return URI.create(urls.external() + CALLBACK + provider.name());
    }
}
