package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.SIGNING_KEYS;

import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;

/** Rows of signing keys, sealed. */
public final class SigningKeyStore {

    public Optional<String> sealed(DSLContext sql, String purpose) {
        return sql.select(SIGNING_KEYS.SEALED_KEY)
                .from(SIGNING_KEYS)
                .where(SIGNING_KEYS.PURPOSE.eq(purpose))
                .fetchOptional(SIGNING_KEYS.SEALED_KEY);
    }

    /** Stores a first key; one that is there already stays. */
    public void insert(DSLContext sql, String purpose, String sealedKey, Instant now) {
        sql.insertInto(SIGNING_KEYS)
                .set(SIGNING_KEYS.PURPOSE, purpose)
                .set(SIGNING_KEYS.SEALED_KEY, sealedKey)
                .set(SIGNING_KEYS.CREATED_AT, now.toEpochMilli())
                .onConflictDoNothing()
                .execute();
    }
}
