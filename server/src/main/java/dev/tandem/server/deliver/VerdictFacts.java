package dev.tandem.server.deliver;

import dev.tandem.server.deliver.judge.Rate;
import dev.tandem.server.deliver.judge.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A verdict as programs read it: words in snake_case, numbers as they are. */
final class VerdictFacts {
    private VerdictFacts() {}

    static Map<String, Object> of(Verdict verdict) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("code", verdict.code());
        switch (verdict) {
            case Verdict.Worse worse -> worse(facts, worse);
            case Verdict.NoHarm harmless -> rates(facts, harmless.newRate(), harmless.oldRate(), harmless.proofs());
            case Verdict.NotEnough open -> {
                facts.put("have", open.have());
                facts.put("need", open.need());
                rates(facts, open.newRate(), open.oldRate(), open.proofs());
            }
            case Verdict.CannotMeasure blind -> facts.put("why", blind.why().wire());
        }
        return facts;
    }

    private static void worse(Map<String, Object> facts, Verdict.Worse worse) {
        facts.put("stream", worse.stream().wire());
        facts.put("threshold_ms", worse.thresholdMillis());
        facts.put("new_bad", worse.newBad());
        facts.put("bad", worse.bad());
        facts.put("share", worse.share());
        facts.put("log_evidence", worse.logEvidence());
        facts.put("log_total", worse.logTotal());
        facts.put("needed", worse.needed());
        rates(facts, worse.newRate(), worse.oldRate(), List.of());
    }

    private static void rates(Map<String, Object> facts, Rate fresh, Rate old, List<Verdict.Proof> proofs) {
        facts.put("new", Map.of("bad", fresh.bad(), "requests", fresh.requests()));
        facts.put("old", Map.of("bad", old.bad(), "requests", old.requests()));
        if (!proofs.isEmpty()) {
            facts.put("proofs", proofs.stream().map(VerdictFacts::proof).toList());
        }
    }

    private static Map<String, Object> proof(Verdict.Proof proof) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("claim", proof.claim().wire());
        facts.put("bad", proof.bad());
        facts.put("of", proof.of());
        facts.put("log_evidence", proof.logEvidence());
        facts.put("needed", proof.needed());
        facts.put("holds", proof.holds());
        return facts;
    }
}
