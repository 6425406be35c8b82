package dev.tandem.server.platform;

import dev.tandem.server.platform.tables.DefaultSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.SQLDialect;
import org.jooq.Table;
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

    /** Belongs to the library of the durable tasks, so the generator of tables does not know it. */
    private static final Table<?> TASKS = DSL.table("scheduled_tasks");

    private static final List<Field<?>> TASK_KEY =
            List.of(DSL.field("task_name", String.class), DSL.field("task_instance", String.class));
    private static final Field<byte[]> TASK_DATA = DSL.field("task_data", byte[].class);

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
            if (table.getPrimaryKey() != null) {
                secrets += renew(table, List.copyOf(table.getPrimaryKey().getFields()), contents(table), box);
            }
        }
        secrets += renew(TASKS, TASK_KEY, List.of(TASK_DATA), box);
        SecretBox.write(keyFile, List.of(keys.getFirst()));
        step.run();
        return new Done(secrets, resumed);
    }

    private static List<Field<?>> contents(Table<?> table) {
        return Arrays.stream(table.fields())
                .filter(field -> field.getType() == String.class)
                .toList();
    }

    private int renew(Table<?> table, List<Field<?>> key, List<Field<?>> contents, SecretBox box) {
        int renewed = 0;
        Result<Record> rows = batch(table, key, contents, 0);
        for (int offset = 0; !rows.isEmpty(); rows = batch(table, key, contents, offset)) {
            Result<Record> some = rows;
            int changed = database.write(tx -> some.stream()
                    .mapToInt(row -> renew(tx, table, key, contents, row, box))
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
    private Result<Record> batch(Table<?> table, List<Field<?>> key, List<Field<?>> contents, int offset) {
        return database.read(sql -> sql.select(key)
                .select(contents)
                .from(table)
                .where(contents.stream()
                        .map(content -> holdsSome(content, sql.family()))
                        .reduce(DSL.falseCondition(), Condition::or))
                .orderBy(key)
                .offset(offset)
                .limit(BATCH)
                .fetch());
    }

    /** Bytes are what waits to be done, as JSON. */
    private static Condition holdsSome(Field<?> content, SQLDialect dialect) {
        if (content.getType() == String.class) {
            return content.coerce(String.class).contains(SecretBox.PREFIX);
        }
        Field<byte[]> prefix = DSL.inline(SecretBox.PREFIX.getBytes(StandardCharsets.US_ASCII));
        return dialect == SQLDialect.POSTGRES
                ? DSL.condition("position({0} in {1}) > 0", prefix, content)
                : DSL.condition("instr({0}, {1}) > 0", content, prefix);
    }

    private static int renew(
            Tx tx, Table<?> table, List<Field<?>> key, List<Field<?>> contents, Record row, SecretBox box) {
        int renewed = 0;
        for (Field<?> content : contents) {
            Object before = row.get(content);
            // One character for each byte, so that all others stay as they are.
            Optional<Object> after = switch (before) {
                case String text -> renewed(text, box).map(Object.class::cast);
                case byte[] bytes ->
                    renewed(new String(bytes, StandardCharsets.ISO_8859_1), box)
                            .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
                case null, default -> Optional.empty();
            };
            if (after.isPresent()) {
                renewed += tx.sql()
                        .update(table)
                        .set(Map.of(content, after.get()))
                        .where(key.stream().map(one -> is(one, row)).toList())
                        .execute();
            }
        }
        return renewed;
    }

    private static <T> Condition is(Field<T> field, Record row) {
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
