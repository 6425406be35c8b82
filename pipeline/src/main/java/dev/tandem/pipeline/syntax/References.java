package dev.tandem.pipeline.syntax;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Reference;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Replaces every {@code !reference} by what it points to. Shared nodes stay shared, so the work is linear in the file. */
final class References {
    private final Mapping root;
    private final Budget budget;
    private final Diagnostics diagnostics;
    private final Map<Node, Found> done = new IdentityHashMap<>();
    private final Map<List<String>, Found> targets = new HashMap<>();
    private final LinkedHashSet<List<String>> open = new LinkedHashSet<>();

    References(Mapping root, Budget budget, Diagnostics diagnostics) {
        this.root = root;
        this.budget = budget;
        this.diagnostics = diagnostics;
    }

    Mapping resolve() {
        return resolve(root).value() instanceof Mapping resolved ? resolved : root;
    }

    private Found resolve(Node node) {
        if (node instanceof Scalar) {
            return new Found(node, 0);
        }
        Found known = done.get(node);
        if (known != null) {
            return known;
        }
        budget.spend(1);
        Found found = switch (node) {
            case Scalar scalar -> new Found(scalar, 0);
            case Sequence sequence -> sequence(sequence);
            case Mapping mapping -> mapping(mapping);
            case Reference reference -> reference(reference);
        };
        checkSize(found.value());
        // While a path is open the result may be cut off by a cycle that only exists from here.
        done.put(node, found);
        return found;
    }

    private Found sequence(Sequence sequence) {
        List<Node> items = new ArrayList<>(sequence.items().size());
        int levels = 0;
        boolean same = true;
        for (Node item : sequence.items()) {
            Found found = resolve(item);
            levels = Math.max(levels, found.levels());
            if (found.value() != null) {
                items.add(found.value());
            }
            same &= found.value() == item;
        }
        return new Found(same ? sequence : Sequence.of(sequence.mark(), items), levels);
    }

    private Found mapping(Mapping mapping) {
        LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
        int levels = 0;
        boolean same = true;
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            Entry entry = each.getValue();
            Found found = resolve(entry.value());
            levels = Math.max(levels, found.levels());
            if (found.value() != null) {
                entries.put(each.getKey(), new Entry(entry.keyMark(), found.value()));
            }
            same &= found.value() == entry.value();
        }
        return new Found(same ? mapping : Mapping.of(mapping.mark(), entries), levels);
    }

    private Found reference(Reference reference) {
        List<String> path = reference.path();
        Found known = targets.get(path);
        if (known != null) {
            return known;
        }
        String name = "!reference [" + String.join(", ", path) + "]";
        if (open.contains(path)) {
            return refuse(REFERENCE_CYCLE, reference, name + " leads back to itself", "remove one of the references");
        }
        if (open.size() >= Limits.REFERENCE_LEVELS) {
            String message = name + " is more than " + Limits.REFERENCE_LEVELS + " levels deep";
            return refuse(REFERENCE_TOO_DEEP, reference, message, "refer to the last one directly");
        }
        open.add(path);
        Node target = target(path);
        Found found = target == null ? new Found(null, 0) : resolve(target);
        open.remove(path);
        if (target == null) {
            return refuse(REFERENCE_UNKNOWN, reference, name + " leads nowhere", hint(path));
        }
        if (found.levels() + 1 > Limits.REFERENCE_LEVELS) {
            String message = name + " is more than " + Limits.REFERENCE_LEVELS + " levels deep";
            return refuse(REFERENCE_TOO_DEEP, reference, message, "refer to the last one directly");
        }
        Found result = new Found(found.value(), found.levels() + 1);
        targets.put(path, result);
        return result;
    }

    private String hint(List<String> path) {
        if (root.entries().containsKey(path.getFirst())) {
            return "'" + path.getFirst() + "' exists: check the keyword after it";
        }
        return Suggestion.of(
                path.getFirst(), root.entries().keySet(), "a path starts at the root of the configuration");
    }

    private @Nullable Node target(List<String> path) {
        Node node = root;
        for (String step : path) {
            Node here = node instanceof Reference nested ? resolve(nested).value() : node;
            if (!(here instanceof Mapping mapping) || !mapping.entries().containsKey(step)) {
                return null;
            }
            node = mapping.entries().get(step).value();
        }
        return node;
    }

    private Found refuse(DiagnosticCode code, Reference reference, String message, String hint) {
        diagnostics.add(code, reference.mark(), "", message, hint);
        return new Found(null, 0);
    }

    private void checkSize(@Nullable Node node) {
        if (node != null && (node.weight() > Limits.WEIGHT || node.depth() > Limits.DEPTH)) {
            throw new Budget.Exhausted();
        }
    }

    /** A value without references (null: there is none) and how many references it was reached through. */
    private record Found(@Nullable Node value, int levels) {}
}
