package dev.tandem.server.build.idtokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.tandem.server.build.store.SigningKeyStore;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.SecretBox;
import java.text.ParseException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The key that signs the identities of jobs: made when it is first asked for, stored sealed. Safe for many threads. */
@Component
public final class SigningKey {
    private static final String PURPOSE = "id_tokens";
    private static final int BITS = 2048;

    private final Database database;
    private final SigningKeyStore store;
    private final SecretBox box;
    private final Clock clock;
    private final AtomicReference<@Nullable RSAKey> known = new AtomicReference<>();

    SigningKey(Database database, SigningKeyStore store, SecretBox box, Clock clock) {
        this.database = database;
        this.store = store;
        this.box = box;
        this.clock = clock;
    }

    /** With its private half; not to be called inside a transaction. */
    RSAKey key() {
        RSAKey key = known.get();
        if (key == null) {
            key = parsed(
                    box.open(database.read(sql -> store.sealed(sql, PURPOSE)).orElseGet(this::first)));
            known.set(key);
        }
        return key;
    }

    /** What others check signatures with: a JSON Web Key Set without any private half. */
    public Map<String, Object> published() {
        return new JWKSet(key().toPublicJWK()).toJSONObject();
    }

    /** Of several servers that make one at the same time, one wins. */
    private String first() {
        String sealed = box.seal(fresh().toJSONString());
        database.write(tx -> {
            store.insert(tx.sql(), PURPOSE, sealed, clock.instant());
            return sealed;
        });
        return database.read(sql -> store.sealed(sql, PURPOSE)).orElseThrow();
    }

    private static RSAKey fresh() {
        try {
            return new RSAKeyGenerator(BITS)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform makes RSA keys", e);
        }
    }

    private static RSAKey parsed(String json) {
        try {
            return RSAKey.parse(json);
        } catch (ParseException e) {
            throw new IllegalStateException("the stored signing key cannot be read", e);
        }
    }
}
