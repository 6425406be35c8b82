package dev.tandem.server.build.variables;

import dev.tandem.server.build.store.VariableRecord;
import dev.tandem.server.build.variables.ProjectVariables.Clear;
import dev.tandem.server.build.variables.VariableOutcome.Missing;
import dev.tandem.server.build.variables.VariableOutcome.Refused;
import dev.tandem.server.build.variables.VariableOutcome.Stored;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How people change variables, on pages and through the API; each change is audited, values never are. */
public final class VariableEdits {
    private static final int MOST = 1000;

    private final Database database;
    private final ProjectVariables variables;
    private final Audit audit;
    private final Clock clock;

    public VariableEdits(Database database, ProjectVariables variables, Audit audit, Clock clock) {
        this.database = database;
        this.variables = variables;
        this.audit = audit;
        this.clock = clock;
    }

    public List<Clear> list(VariableOwner owner) {
        return database.read(sql -> variables.list(sql, owner));
    }

    public Optional<Clear> find(VariableOwner owner, String name, String scope) {
        return database.read(sql -> variables.find(sql, owner, name, scope));
    }

    /** Stores a variable whose name and scope are new. */
    public VariableOutcome create(Actor by, VariableOwner owner, VariableRecord wanted, String value) {
        return database.write(tx -> {
            List<Clear> all = variables.list(tx.sql(), owner);
            Refused refused = VariableRules.refusal(wanted, value, names(all));
            if (refused != null) {
                return refused;
            }
            if (variables
                    .find(tx.sql(), owner, wanted.name(), wanted.environmentScope())
                    .isPresent()) {
                return taken(wanted);
            }
            if (all.size() >= MOST) {
                return new Refused("base", "Maximum number of variables exceeded", "many");
            }
            audit.record(tx, by, "variable.create", owner.target(), called(wanted));
            return store(tx, by, wanted, value);
        });
    }

    /**
     * Stores what {@code change} makes of a variable; the scope may become another one.
     *
     * @param change works inside the transaction, so it must be quick
     */
    public VariableOutcome update(
            Actor by, VariableOwner owner, String name, String scope, UnaryOperator<Clear> change) {
        return database.write(tx -> {
            Clear before = variables.find(tx.sql(), owner, name, scope).orElse(null);
            if (before == null) {
                return new Missing();
            }
            Clear after = change.apply(before);
            VariableRecord wanted = after.stored();
            Refused refused = refusal(tx, owner, before.stored(), after);
            if (refused != null) {
                return refused;
            }
            variables.delete(tx.sql(), owner, name, scope);
            audit.record(
                    tx, by, "variable.update", owner.target(), called(before.stored()) + ": " + changes(before, after));
            return store(tx, by, wanted, after.value());
        });
    }

    /** False when there was none. */
    public boolean delete(Actor by, VariableOwner owner, String name, String scope) {
        return database.write(tx -> {
            Clear before = variables.find(tx.sql(), owner, name, scope).orElse(null);
            if (before == null) {
                return false;
            }
            audit.record(tx, by, "variable.delete", owner.target(), called(before.stored()));
            return variables.delete(tx.sql(), owner, name, scope);
        });
    }

    private @Nullable Refused refusal(Tx tx, VariableOwner owner, VariableRecord before, Clear after) {
        VariableRecord wanted = after.stored();
        boolean moved = !wanted.environmentScope().equals(before.environmentScope());
        if (moved
                && variables
                        .find(tx.sql(), owner, wanted.name(), wanted.environmentScope())
                        .isPresent()) {
            return taken(wanted);
        }
        return VariableRules.refusal(wanted, after.value(), names(variables.list(tx.sql(), owner)));
    }

    private Stored store(Tx tx, Actor by, VariableRecord wanted, String value) {
        VariableRecord.Change change = new VariableRecord.Change(clock.instant(), by.name());
        variables.put(tx.sql(), wanted, value, change);
        return new Stored(new Clear(wanted, value));
    }

    private static Refused taken(VariableRecord wanted) {
        return new Refused("key", "(" + wanted.name() + ") has already been taken", "taken");
    }

    private static Set<String> names(List<Clear> all) {
        return all.stream().map(variable -> variable.stored().name()).collect(Collectors.toSet());
    }

    private static String called(VariableRecord variable) {
        return variable.environmentScope().equals("*")
                ? variable.name()
                : variable.name() + " (" + variable.environmentScope() + ")";
    }

    /** What became different; of the value only that it did. */
    private static String changes(Clear before, Clear after) {
        List<String> all = new ArrayList<>();
        if (!before.value().equals(after.value())) {
            all.add("value");
        }
        VariableRecord old = before.stored();
        VariableRecord now = after.stored();
        change(all, "type", old.type(), now.type());
        change(all, "protected", old.protectedOnly(), now.protectedOnly());
        change(all, "masked", old.masked(), now.masked());
        change(all, "raw", old.raw(), now.raw());
        change(all, "environments", old.environmentScope(), now.environmentScope());
        if (!old.description().equals(now.description())) {
            all.add("description");
        }
        return all.isEmpty() ? "nothing" : String.join(", ", all);
    }

    private static void change(List<String> all, String what, Object before, Object after) {
        if (!before.equals(after)) {
            all.add(what + " " + before + " → " + after);
        }
    }
}
