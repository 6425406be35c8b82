package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.PASSKEYS;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecord;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.AttestationObject;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.data.extension.authenticator.RegistrationExtensionAuthenticatorOutput;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.util.exception.WebAuthnException;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.tables.tables.records.PasskeysRecord;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signs people in by keys that their devices keep (WebAuthn). The device proves that it is theirs and that it is they (by
 * finger, face or PIN), so no password and no code is asked for. Safe for use by many threads.
 *
 * <p>What the server must remember between question and answer travels in a sealed cookie. A key answers each challenge once:
 * its row keeps when the last one was made, and older ones are refused.
 */
public final class Passkeys {
    private static final Duration CHALLENGE_LASTS = Duration.ofMinutes(10);
    private static final int MOST_PER_USER = 20;
    private static final int LONGEST_NAME = 100;

    /** Longer answers come from no device: a credential's number has at most 1023 bytes. */
    private static final int LONGEST_ANSWER = 20_000;

    /** Browsers take no address in numbers for the name of a server. */
    private static final Pattern NUMERIC_HOST = Pattern.compile("[0-9.]+|\\[.*]");

    private static final List<Integer> ALGORITHMS = List.of(-7, -257, -8);

    private final Database database;
    private final SignIn signIn;
    private final SecretBox secrets;
    private final ServerUrls urls;
    private final Audit audit;
    private final JsonMapper json;
    private final Clock clock;
    private final ObjectConverter converter = new ObjectConverter();
    private final AttestedCredentialDataConverter attested = new AttestedCredentialDataConverter(converter);

    /** Does not ask which maker a device is of: everybody's may be used. */
    private final WebAuthnManager webAuthn = WebAuthnManager.createNonStrictWebAuthnManager(converter);

    Passkeys(
            Database database,
            SignIn signIn,
            SecretBox secrets,
            ServerUrls urls,
            Audit audit,
            JsonMapper json,
            Clock clock) {
        this.database = database;
        this.signIn = signIn;
        this.secrets = secrets;
        this.urls = urls;
        this.audit = audit;
        this.json = json;
        this.clock = clock;
    }

    /**
     * A question to a device.
     *
     * @param options for {@code navigator.credentials}, as JSON
     * @param cookie to be kept by the browser until it answers
     */
    public record Question(String options, String cookie) {}

    /** How adding a key ended. */
    public enum Addition {
        DONE,
        TOO_LATE,
        NAME_MISSING,
        TOO_MANY,
        /** The device's answer does not prove what it should, or the key is known already. */
        REFUSED
    }

    private record Waiting(String challenge, long user, long at) {}

    /** Whether browsers allow it here: by TLS, or on this machine; under a name, not a number. */
    public boolean arePossible() {
        URI server = urls.external();
        return !NUMERIC_HOST.matcher(server.getHost()).matches()
                && (urls.isSecure() || server.getHost().equals("localhost"));
    }

    /** Newest first. */
    public List<Passkey> list(UserId user) {
        return database.read(sql -> sql.selectFrom(PASSKEYS)
                .where(PASSKEYS.USER_ID.eq(user.value()))
                .orderBy(PASSKEYS.ID.desc())
                .fetch(Passkeys::passkey));
    }

    /** Asks a device for a new key. */
    public Question askForNew(User user) {
        Waiting waiting = fresh(user.id().value());
        List<Map<String, String>> known = database.read(sql -> sql.select(PASSKEYS.CREDENTIAL_ID)
                .from(PASSKEYS)
                .where(PASSKEYS.USER_ID.eq(user.id().value()))
                .fetch(row -> Map.of("type", "public-key", "id", row.value1())));
        Map<String, Object> options = Map.of(
                "rp", Map.of("id", host(), "name", "Tandem"),
                "user", Map.of("id", base64(handle(user.id())), "name", user.username(), "displayName", user.name()),
                "challenge", waiting.challenge(),
                "pubKeyCredParams",
                        ALGORITHMS.stream()
                                .map(algorithm -> Map.of("type", "public-key", "alg", algorithm))
                                .toList(),
                "excludeCredentials", known,
                "authenticatorSelection", Map.of("residentKey", "required", "userVerification", "required"),
                "attestation", "none",
                "timeout", CHALLENGE_LASTS.toMillis());
        return question(options, waiting);
    }

    /** Takes the key that the device made. */
    public Addition add(User user, String name, String cookie, String answer) {
        Optional<Waiting> waiting = waiting(cookie, user.id().value());
        if (waiting.isEmpty()) {
            return Addition.TOO_LATE;
        }
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            return Addition.NAME_MISSING;
        }
        Optional<RegistrationData> data = registered(answer, waiting.get());
        return data.isEmpty()
                ? Addition.REFUSED
                : database.write(tx -> store(tx, user, name.strip(), data.get(), waiting.get()));
    }

    private Optional<RegistrationData> registered(String answer, Waiting waiting) {
        if (answer.length() > LONGEST_ANSWER) {
            return Optional.empty();
        }
        List<PublicKeyCredentialParameters> algorithms = ALGORITHMS.stream()
                .map(number -> new PublicKeyCredentialParameters(
                        PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(number)))
                .toList();
        try {
            return Optional.of(webAuthn.verifyRegistrationResponseJSON(
                    answer, new RegistrationParameters(property(waiting), algorithms, true, true)));
        } catch (WebAuthnException | JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Addition store(Tx tx, User user, String name, RegistrationData data, Waiting waiting) {
        if (tx.sql().fetchCount(PASSKEYS, PASSKEYS.USER_ID.eq(user.id().value())) >= MOST_PER_USER) {
            return Addition.TOO_MANY;
        }
        AttestationObject attestation = data.getAttestationObject();
        AuthenticatorData<RegistrationExtensionAuthenticatorOutput> device =
                attestation == null ? null : attestation.getAuthenticatorData();
        AttestedCredentialData credential = device == null ? null : device.getAttestedCredentialData();
        if (device == null || credential == null) {
            return Addition.REFUSED;
        }
        int inserted = tx.sql()
                .insertInto(PASSKEYS)
                .set(PASSKEYS.CREDENTIAL_ID, base64(credential.getCredentialId()))
                .set(PASSKEYS.USER_ID, user.id().value())
                .set(PASSKEYS.NAME, name)
                .set(PASSKEYS.ATTESTED, attested.convert(credential))
                .set(PASSKEYS.BACKUP_ELIGIBLE, device.isFlagBE())
                .set(PASSKEYS.SIGN_COUNT, device.getSignCount())
                .set(PASSKEYS.LAST_CHALLENGE_AT, waiting.at())
                .set(PASSKEYS.CREATED_AT, clock.millis())
                .onConflict(PASSKEYS.CREDENTIAL_ID)
                .doNothing()
                .execute();
        if (inserted == 0) {
            return Addition.REFUSED;
        }
        audit.record(tx, person(user), "passkey.add", "user " + user.username(), name);
        return Addition.DONE;
    }

    /** @return whether this user had that key */
    public boolean delete(User user, long id) {
        return database.write(tx -> {
            boolean done = tx.sql()
                            .deleteFrom(PASSKEYS)
                            .where(
                                    PASSKEYS.ID.eq(id),
                                    PASSKEYS.USER_ID.eq(user.id().value()))
                            .execute()
                    == 1;
            if (done) {
                audit.record(tx, person(user), "passkey.delete", "user " + user.username(), "passkey " + id);
            }
            return done;
        });
    }

    /** Asks any device for a key that it has for this server. */
    public Question askForAny() {
        Waiting waiting = fresh(0);
        Map<String, Object> options = Map.of(
                "challenge", waiting.challenge(),
                "rpId", host(),
                "userVerification", "required",
                "timeout", CHALLENGE_LASTS.toMillis());
        return question(options, waiting);
    }

    /** Signs in whom the answer proves. */
    // The library annotates "@Nullable byte[]" before JSpecify's meaning, where that is an array of bytes that may be
    // null.
    @SuppressWarnings("NullAway")
    public SignIn.Result signIn(String cookie, String answer, SignIn.Origin origin) {
        Optional<Waiting> waiting = waiting(cookie, 0);
        if (waiting.isEmpty() || answer.length() > LONGEST_ANSWER) {
            return new SignIn.Result.TooLate();
        }
        Optional<PasskeysRecord> known;
        AuthenticationData data;
        try {
            data = webAuthn.parseAuthenticationResponseJSON(answer);
            known = found(data.getCredentialId());
            if (known.isEmpty() || !isOf(known.get(), data.getUserHandle())) {
                return new SignIn.Result.Wrong();
            }
            webAuthn.verify(
                    data,
                    new AuthenticationParameters(property(waiting.get()), credential(known.get()), null, true, true));
        } catch (WebAuthnException | JacksonException | IllegalArgumentException e) {
            return new SignIn.Result.Wrong();
        }
        long count = data.getAuthenticatorData() == null
                ? 0
                : data.getAuthenticatorData().getSignCount();
        if (!used(known.get(), waiting.get(), count)) {
            return new SignIn.Result.Wrong();
        }
        UserId user = new UserId(known.get().getUserId());
        return database.read(sql -> UserStore.find(sql, user))
                .map(found -> signIn.proved(found, origin, true))
                .orElseGet(SignIn.Result.Wrong::new);
    }

    private Optional<PasskeysRecord> found(byte @Nullable [] credentialId) {
        return credentialId == null
                ? Optional.empty()
                : database.read(sql -> sql.selectFrom(PASSKEYS)
                        .where(PASSKEYS.CREDENTIAL_ID.eq(base64(credentialId)))
                        .fetchOptional());
    }

    private boolean used(PasskeysRecord key, Waiting waiting, long count) {
        return database.write(tx -> tx.sql()
                        .update(PASSKEYS)
                        .set(PASSKEYS.SIGN_COUNT, count)
                        .set(PASSKEYS.LAST_CHALLENGE_AT, waiting.at())
                        .set(PASSKEYS.LAST_USED_AT, clock.millis())
                        .where(
                                PASSKEYS.ID.eq(key.getId()),
                                PASSKEYS.SIGN_COUNT.eq(key.getSignCount()),
                                PASSKEYS.LAST_CHALLENGE_AT.lt(waiting.at()))
                        .execute()
                == 1);
    }

    private CredentialRecord credential(PasskeysRecord key) {
        return new CredentialRecordImpl(
                new NoneAttestationStatement(),
                true,
                key.getBackupEligible(),
                null,
                key.getSignCount(),
                attested.convert(key.getAttested()),
                null,
                null,
                null,
                Set.of());
    }

    private static boolean isOf(PasskeysRecord key, byte @Nullable [] handle) {
        return handle != null
                && ByteBuffer.wrap(handle(new UserId(key.getUserId()))).equals(ByteBuffer.wrap(handle));
    }

    private ServerProperty property(Waiting waiting) {
        URI server = urls.external();
        String origin =
                server.getScheme() + "://" + server.getHost() + (server.getPort() < 0 ? "" : ":" + server.getPort());
        return new ServerProperty(
                Origin.create(origin),
                host(),
                new DefaultChallenge(Base64.getUrlDecoder().decode(waiting.challenge())));
    }

    private String host() {
        return urls.external().getHost();
    }

    private Waiting fresh(long user) {
        return new Waiting(Secrets.random(), user, clock.millis());
    }

    private Question question(Map<String, Object> options, Waiting waiting) {
        return new Question(json.writeValueAsString(options), secrets.seal(json.writeValueAsString(waiting)));
    }

    private Optional<Waiting> waiting(String cookie, long user) {
        try {
            Instant oldest = clock.instant().minus(CHALLENGE_LASTS);
            return Optional.of(json.readValue(secrets.open(cookie), Waiting.class))
                    .filter(one -> one.challenge() != null
                            && one.user() == user
                            && Instant.ofEpochMilli(one.at()).isAfter(oldest));
        } catch (IllegalArgumentException | JacksonException notOurs) {
            return Optional.empty();
        }
    }

    /** By which a device knows for whom its key is. */
    private static byte[] handle(UserId user) {
        return ByteBuffer.allocate(Long.BYTES).putLong(user.value()).array();
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Passkey passkey(PasskeysRecord row) {
        return new Passkey(
                row.getId(),
                new UserId(row.getUserId()),
                row.getName(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Optional.ofNullable(row.getLastUsedAt()).map(Instant::ofEpochMilli));
    }

    private static Actor person(User user) {
        return new Actor.Person(user, TokenScope.all());
    }
}
