package dev.tandem.pipeline.syntax;

import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Mapping;
import java.util.LinkedHashMap;
import java.util.Map;

/** Merging as include and extends do it: mappings key by key, everything else is replaced. */
final class DeepMerge {
    private DeepMerge() {}

    /** {@code over} wins. The result stands where {@code over} stands. */
    static Mapping merge(Mapping base, Mapping over, Budget budget) {
        budget.spend(1L + base.entries().size() + over.entries().size());
        LinkedHashMap<String, Entry> merged = new LinkedHashMap<>(base.entries());
        for (Map.Entry<String, Entry> each : over.entries().entrySet()) {
            merged.merge(each.getKey(), each.getValue(), (old, winner) -> both(old, winner, budget));
        }
        return Mapping.of(over.mark(), merged);
    }

    private static Entry both(Entry old, Entry winner, Budget budget) {
        if (old.value() instanceof Mapping base && winner.value() instanceof Mapping over) {
            return new Entry(winner.keyMark(), merge(base, over, budget));
        }
        return winner;
    }
}
