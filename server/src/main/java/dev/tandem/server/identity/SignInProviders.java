package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.IDENTITIES;
import static dev.tandem.server.platform.tables.Tables.SIGN_IN_PROVIDERS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The providers that administrators named, and which of their people are which users. Safe for use by many threads. */
public final class SignInProviders {
    private final Database database;
    private final SecretBox secrets;
    private final Audit audit;
    private final Clock clock;

    SignInProviders(Database database, SecretBox secrets, Audit audit, Clock clock) {
        this.database = database;
        this.secrets = secrets;
        this.audit = audit;
        this.clock = clock;
    }

    /** How saving ended. */
    public sealed interface Saving {
        record Done() implements Saving {}

        record NameTaken() implements Saving {}

        /** @param field {@code name}, {@code title}, {@code issuer}, {@code client-id}, {@code client-secret}, ... */
        record Invalid(String field) implements Saving {}
    }

    /** A provider's person that is a user here. */
    public record Link(SignInProvider provider, String subject, Instant since) {}

    /** By title. */
    public List<SignInProvider> list() {
        return database.read(sql -> sql.selectFrom(SIGN_IN_PROVIDERS)
                .orderBy(SIGN_IN_PROVIDERS.TITLE, SIGN_IN_PROVIDERS.ID)
                .fetch(SignInProviders::provider));
    }

    public Optional<SignInProvider> find(String name) {
        return database.read(sql -> sql.selectFrom(SIGN_IN_PROVIDERS)
                .where(SIGN_IN_PROVIDERS.NAME.eq(name))
                .fetchOptional(SignInProviders::provider));
    }

    String secretOf(SignInProvider provider) {
        Optional<String> kept = database.read(sql -> sql.select(SIGN_IN_PROVIDERS.CLIENT_SECRET)
                .from(SIGN_IN_PROVIDERS)
                .where(SIGN_IN_PROVIDERS.ID.eq(provider.id()))
                .fetchOptional(SIGN_IN_PROVIDERS.CLIENT_SECRET));
        return secrets.open(kept.orElseThrow());
    }

    /** @param provider its number does not count */
    public Saving create(Actor by, SignInProvider provider, String clientSecret) {
        Optional<String> invalid = provider.invalidField()
                .or(() -> clientSecret.isBlank() ? Optional.of("client-secret") : Optional.empty());
        if (invalid.isPresent()) {
            return new Saving.Invalid(invalid.get());
        }
        return database.write(tx -> {
            int inserted = tx.sql()
                    .insertInto(SIGN_IN_PROVIDERS)
                    .set(SIGN_IN_PROVIDERS.NAME, provider.name())
                    .set(SIGN_IN_PROVIDERS.TITLE, provider.title())
                    .set(SIGN_IN_PROVIDERS.ISSUER, provider.issuer())
                    .set(SIGN_IN_PROVIDERS.CLIENT_ID, provider.clientId())
                    .set(SIGN_IN_PROVIDERS.CLIENT_SECRET, secrets.seal(clientSecret))
                    .set(SIGN_IN_PROVIDERS.SCOPES, String.join(" ", provider.scopes()))
                    .set(SIGN_IN_PROVIDERS.USERNAME_CLAIM, provider.usernameClaim())
                    .set(SIGN_IN_PROVIDERS.CREATES_ACCOUNTS, provider.createsAccounts())
                    .set(SIGN_IN_PROVIDERS.EMAIL_DOMAINS, String.join(" ", provider.emailDomains()))
                    .set(SIGN_IN_PROVIDERS.CREATED_AT, clock.millis())
                    .onConflict(SIGN_IN_PROVIDERS.NAME)
                    .doNothing()
                    .execute();
            if (inserted == 0) {
                return new Saving.NameTaken();
            }
            audit.record(tx, by, "sign-in-provider.create", provider.name(), provider.issuer());
            return new Saving.Done();
        });
    }

    /** Changes all but name and issuer: another issuer's people are other people. An empty secret stays what it was. */
    public Saving edit(Actor by, SignInProvider provider, String clientSecret) {
        Optional<String> invalid = provider.invalidField();
        if (invalid.isPresent()) {
            return new Saving.Invalid(invalid.get());
        }
        return database.write(tx -> {
            tx.sql()
                    .update(SIGN_IN_PROVIDERS)
                    .set(SIGN_IN_PROVIDERS.TITLE, provider.title())
                    .set(SIGN_IN_PROVIDERS.CLIENT_ID, provider.clientId())
                    .set(SIGN_IN_PROVIDERS.SCOPES, String.join(" ", provider.scopes()))
                    .set(SIGN_IN_PROVIDERS.USERNAME_CLAIM, provider.usernameClaim())
                    .set(SIGN_IN_PROVIDERS.CREATES_ACCOUNTS, provider.createsAccounts())
                    .set(SIGN_IN_PROVIDERS.EMAIL_DOMAINS, String.join(" ", provider.emailDomains()))
                    .where(SIGN_IN_PROVIDERS.ID.eq(provider.id()))
                    .execute();
            if (!clientSecret.isBlank()) {
                tx.sql()
                        .update(SIGN_IN_PROVIDERS)
                        .set(SIGN_IN_PROVIDERS.CLIENT_SECRET, secrets.seal(clientSecret))
                        .where(SIGN_IN_PROVIDERS.ID.eq(provider.id()))
                        .execute();
            }
            audit.record(tx, by, "sign-in-provider.edit", provider.name(), provider.issuer());
            return new Saving.Done();
        });
    }

    /** Nobody signs in by it any more; the accounts stay. */
    public void delete(Actor by, SignInProvider provider) {
        database.write(tx -> {
            tx.sql()
                    .deleteFrom(SIGN_IN_PROVIDERS)
                    .where(SIGN_IN_PROVIDERS.ID.eq(provider.id()))
                    .execute();
            audit.record(tx, by, "sign-in-provider.delete", provider.name(), provider.issuer());
            return 0;
        });
    }

    public List<Link> links(UserId user) {
        return database.read(sql -> sql.select(SIGN_IN_PROVIDERS.fields())
                .select(IDENTITIES.SUBJECT, IDENTITIES.CREATED_AT)
                .from(IDENTITIES)
                .join(SIGN_IN_PROVIDERS)
                .on(SIGN_IN_PROVIDERS.ID.eq(IDENTITIES.PROVIDER_ID))
                .where(IDENTITIES.USER_ID.eq(user.value()))
                .orderBy(SIGN_IN_PROVIDERS.TITLE)
                .fetch(row -> new Link(
                        provider(row.into(SIGN_IN_PROVIDERS)),
                        row.get(IDENTITIES.SUBJECT),
                        Instant.ofEpochMilli(row.get(IDENTITIES.CREATED_AT)))));
    }

    Optional<User> user(DSLContext sql, SignInProvider provider, String subject) {
        return sql.select(USERS.fields())
                .from(IDENTITIES)
                .join(USERS)
                .on(USERS.ID.eq(IDENTITIES.USER_ID))
                .where(IDENTITIES.PROVIDER_ID.eq(provider.id()), IDENTITIES.SUBJECT.eq(subject))
                .fetchOptional(row -> UserStore.user(row.into(USERS)));
    }

    /** @return false when this person is another user here, or this user another person there */
    boolean link(Tx tx, SignInProvider provider, String subject, User user) {
        boolean done = tx.sql()
                        .insertInto(IDENTITIES)
                        .set(IDENTITIES.PROVIDER_ID, provider.id())
                        .set(IDENTITIES.SUBJECT, subject)
                        .set(IDENTITIES.USER_ID, user.id().value())
                        .set(IDENTITIES.CREATED_AT, clock.millis())
                        .onConflictDoNothing()
                        .execute()
                == 1;
        if (done) {
            audit.record(
                    tx,
                    new Actor.Person(user, TokenScope.all()),
                    "identity.link",
                    "user " + user.username(),
                    provider.name() + " " + subject);
        }
        return done;
    }

    public boolean unlink(User user, SignInProvider provider) {
        return database.write(tx -> {
            boolean done = tx.sql()
                            .deleteFrom(IDENTITIES)
                            .where(
                                    IDENTITIES.PROVIDER_ID.eq(provider.id()),
                                    IDENTITIES.USER_ID.eq(user.id().value()))
                            .execute()
                    == 1;
            if (done) {
                audit.record(
                        tx,
                        new Actor.Person(user, TokenScope.all()),
                        "identity.unlink",
                        "user " + user.username(),
                        provider.name());
            }
            return done;
        });
    }

    private static SignInProvider provider(Record row) {
        return new SignInProvider(
                row.get(SIGN_IN_PROVIDERS.ID),
                row.get(SIGN_IN_PROVIDERS.NAME),
                row.get(SIGN_IN_PROVIDERS.TITLE),
                row.get(SIGN_IN_PROVIDERS.ISSUER),
                row.get(SIGN_IN_PROVIDERS.CLIENT_ID),
                words(row.get(SIGN_IN_PROVIDERS.SCOPES)),
                row.get(SIGN_IN_PROVIDERS.USERNAME_CLAIM),
                row.get(SIGN_IN_PROVIDERS.CREATES_ACCOUNTS),
                words(row.get(SIGN_IN_PROVIDERS.EMAIL_DOMAINS)));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }
}
