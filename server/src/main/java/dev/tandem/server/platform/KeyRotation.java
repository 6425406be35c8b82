package dev.tandem.server.platform;

import dev.tandem.server.platform.tables.DefaultSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;

/**
 * Puts a fresh key in place of the one that seals secrets, and seals everything anew. The file holds both keys until the
 * last secret is sealed with the new one; each batch of rows is a transaction of its own. So whenever the process dies,
 * everything can be opened, and the next run goes on where this one was. Secrets are found wherever they are: a text that
 * one of our keys opens is one, whatever the table.
 */
final class KeyRotation {
    private static final int BATCH = 200;
    /** {@link SecretBox#seal} of anything: at least nonce and tag. */
    private static final Pattern SEALED = Pattern.compile(Pattern.quote(SecretBox.PREFIX) + "[A-Za-z0-9+/]{38,}={0,2}");

    private final Database database;
    private final Path keyFile;
    private final Runnable step;

    /** @param step called after each change that stays, for tests that let the process die there */
    KeyRotation(Database database, Path keyFile, Runnable step) {
        this.database = database;
        this.keyFile = keyFile;
        this.step = step;
    }

    /** @param resumed whether an earlier run had begun, whose key is kept */
    record Done(int secrets, boolean resumed) {}

    /** Nobody else may use the database or the key meanwhile. */
    Done run() throws IOException {
        List<byte[]> keys = SecretBox.read(keyFile);
        boolean resumed = keys.size() > 1;
        if (!resumed) {
            keys = List.of(SecretBox.freshKey(), keys.getFirst());
            SecretBox.write(keyFile, keys);
            step.run();
        }
        SecretBox box = SecretBox.open(keyFile);
        int secrets = 0;
        for (Table<?> table : DefaultSchema.DEFAULT_SCHEMA.getTables()) {
            secrets += renew(table, box);
        }
        SecretBox.write(keyFile, List.of(keys.getFirst()));
        step.run();
        return new Done(secrets, resumed);
    }

    private int renew(Table<?> table, SecretBox box) {
        List<Field<String>> texts = new ArrayList<>();
        for (Field<?> field : table.fields()) {
            if (field.getType() == String.class) {
                texts.add(field.coerce(String.class));
            }
        }
        if (texts.isEmpty() || table.getPrimaryKey() == null) {
            return 0;
        }
        List<? extends TableField<?, ?>> key = table.getPrimaryKey().getFields();
        Condition holdsSome =
                texts.stream().map(text -> text.contains(SecretBox.PREFIX)).reduce(DSL.falseCondition(), Condition::or);
        int renewed = 0;
        Result<Record> rows = batch(table, key, texts, holdsSome, 0);
        for (int offset = 0; !rows.isEmpty(); rows = batch(table, key, texts, holdsSome, offset)) {
            Result<Record> some = rows;
            int changed = database.write(tx -> some.stream()
                    .mapToInt(row -> renew(tx, table, key, texts, row, box))
                    .sum());
            if (changed > 0) {
                renewed += changed;
                step.run();
            }
            offset += some.size();
        }
        return renewed;
    }

    /** Keys do not change here and nobody else writes, so that rows keep their places. */
    private Result<Record> batch(
            Table<?> table,
            List<? extends TableField<?, ?>> key,
            List<Field<String>> texts,
            Condition holdsSome,
            int offset) {
        return database.read(sql -> sql.select(key)
                .select(texts)
                .from(table)
                .where(holdsSome)
                .orderBy(key)
                .offset(offset)
                .limit(BATCH)
                .fetch());
    }

    private static int renew(
            Tx tx,
            Table<?> table,
            List<? extends TableField<?, ?>> key,
            List<Field<String>> texts,
            Record row,
            SecretBox box) {
        int renewed = 0;
        for (Field<String> text : texts) {
            String before = row.get(text);
            Optional<String> after = before == null ? Optional.empty() : renewed(before, box);
            if (after.isPresent()) {
                renewed += tx.sql()
                        .update(table)
                        .set(text, after.get())
                        .where(key.stream().map(one -> is(one, row)).toList())
                        .execute();
            }
        }
        return renewed;
    }

    private static <T> Condition is(TableField<?, T> field, Record row) {
        return field.eq(row.get(field));
    }

    private static Optional<String> renewed(String text, SecretBox box) {
        Matcher sealed = SEALED.matcher(text);
        boolean[] changed = {false};
        String after = sealed.replaceAll(found -> {
            Optional<String> fresh = box.renewed(found.group());
            changed[0] |= fresh.isPresent();
            return Matcher.quoteReplacement(fresh.orElse(found.group()));
        });
        return changed[0] ? Optional.of(after) : Optional.empty();
    }
}
