package dev.tandem.pipeline.syntax;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Merges into every root entry what it extends. */
final class Extends {
    private final Mapping root;
    private final Budget budget;
    private final Diagnostics diagnostics;
    private final Map<String, Level> done = new HashMap<>();
    private final LinkedHashSet<String> open = new LinkedHashSet<>();

    Extends(Mapping root, Budget budget, Diagnostics diagnostics) {
        this.root = root;
        this.budget = budget;
        this.diagnostics = diagnostics;
    }

    Mapping resolve() {
        LinkedHashMap<String, Entry> resolved = new LinkedHashMap<>();
        for (Map.Entry<String, Entry> each : root.entries().entrySet()) {
            Node value = each.getValue().value();
            Node merged = value instanceof Mapping mapping && mapping.get("extends") != null
                    ? resolve(each.getKey(), mapping).value()
                    : value;
            resolved.put(each.getKey(), new Entry(each.getValue().keyMark(), merged));
        }
        return Mapping.of(root.mark(), resolved);
    }

    private Level resolve(String name, Mapping own) {
        Level known = done.get(name);
        if (known != null) {
            return known;
        }
        open.add(name);
        int levels = 1;
        Mapping bases = Mapping.empty(own.mark());
        for (Scalar parent : parents(name, own)) {
            Level base = parent(name, parent);
            levels = Math.max(levels, base.levels() + 1);
            bases = bases.entries().isEmpty() ? base.value() : DeepMerge.merge(bases, base.value(), budget);
        }
        open.remove(name);
        Level level = new Level(DeepMerge.merge(bases, own, budget), levels);
        // What was cut off by a limit or a cycle depends on where the walk began, but is an error anyway.
        done.put(name, level);
        return level;
    }

    private Level parent(String child, Scalar parent) {
        String name = parent.value();
        String path = child + ":extends";
        if (open.contains(name)) {
            String circle = String.join(" -> ", open) + " -> " + name;
            diagnostics.add(EXTENDS_CYCLE, parent.mark(), path, "circular extends: " + circle, "remove one of them");
            return Level.none(parent.mark());
        }
        if (!root.entries().containsKey(name) || !(root.get(name) instanceof Mapping base)) {
            String hint = Suggestion.of(name, root.entries().keySet(), "declare it, hidden names start with a dot");
            diagnostics.add(
                    EXTENDS_UNKNOWN,
                    parent.mark(),
                    path,
                    "'" + child + "' extends '" + name + "', which does not exist",
                    hint);
            return Level.none(parent.mark());
        }
        Level level = open.size() < Limits.EXTENDS_LEVELS ? resolve(name, base) : new Level(base, 1);
        if (open.size() + level.levels() > Limits.EXTENDS_LEVELS) {
            String message = "more than " + Limits.EXTENDS_LEVELS + " levels of extends";
            diagnostics.add(EXTENDS_TOO_DEEP, parent.mark(), path, message, "flatten the chain");
        }
        return level;
    }

    private List<Scalar> parents(String name, Mapping own) {
        Node value = own.get("extends");
        List<Node> items = value == null ? List.of() : value instanceof Sequence list ? list.items() : List.of(value);
        List<Scalar> parents = new ArrayList<>();
        for (Node item : items) {
            if (item instanceof Scalar scalar && scalar.kind() != Node.Kind.NULL) {
                parents.add(scalar);
            } else {
                diagnostics.add(
                        EXTENDS_SHAPE,
                        item.mark(),
                        name + ":extends",
                        "extends must be a name or a list of names",
                        "write extends: .base");
            }
        }
        return parents;
    }

    /** A resolved entry and how many entries the longest chain to it has. */
    private record Level(Mapping value, int levels) {
        static Level none(Mark mark) {
            return new Level(Mapping.empty(mark), 0);
        }
    }
}
