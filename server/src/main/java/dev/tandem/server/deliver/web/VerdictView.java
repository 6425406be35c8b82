package dev.tandem.server.deliver.web;

import dev.tandem.server.platform.web.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the judge said, as a table: what is compared, the counts, the evidence and what it had to reach.
 *
 * @param code the verdict's own word
 * @param have requests counted so far, and {@code need} of them at least, where too few is what is wrong; else null
 * @param slowMillis what counts as bad in the rates: slower than this; null where failed requests are meant
 */
public record VerdictView(
        String code,
        List<Line> lines,
        @Nullable Rate newRate,
        @Nullable Rate oldRate,
        @Nullable Long have,
        @Nullable Long need,
        @Nullable Long slowMillis) {
    private static final double MOST_SHOWN = 1_000_000;

    public VerdictView {
        lines = List.copyOf(lines);
    }

    /**
     * @param k bad events on the new revision; null where the line sums others up
     * @param n out of how many
     * @param share of the new requests that went to the new revision, percent; null where it does not matter
     * @param evidence E, ready to read
     * @param reached whether the evidence is enough
     */
    public record Line(
            Text what,
            @Nullable Long k,
            @Nullable Long n,
            @Nullable Double share,
            String evidence,
            @Nullable String needed,
            boolean reached) {}

    /** The part of a message key for what it comes to: what is proved already may still have to wait for the step's shortest time. */
    public String word() {
        boolean proved = !lines.isEmpty() && lines.stream().allMatch(Line::reached);
        return code.equals("not_enough") && proved ? "waiting" : code;
    }

    /** Whether too few requests are what is missing. */
    public boolean tooFew() {
        return have != null && need != null && have < need;
    }

    /** Plain counts of one revision. */
    public record Rate(long bad, long requests) {
        /** Null without requests. */
        public @Nullable Double percent() {
            return requests == 0 ? null : 100.0 * bad / requests;
        }
    }

    /** @param facts as programs read them; null when they say nothing to show */
    static @Nullable VerdictView of(Map<String, Object> facts, @Nullable Integer stepPercent) {
        if (!(facts.get("code") instanceof String code) || code.equals("cannot_measure")) {
            return null;
        }
        List<Line> lines = new ArrayList<>();
        if (code.equals("worse")) {
            worse(facts, lines);
        }
        if (facts.get("proofs") instanceof List<?> proofs) {
            proofs.forEach(proof -> lines.add(proof(map(proof), stepPercent)));
        }
        long slow = number(facts, "threshold_ms");
        return new VerdictView(
                code,
                lines,
                rate(facts.get("new")),
                rate(facts.get("old")),
                facts.get("have") == null ? null : number(facts, "have"),
                facts.get("need") == null ? null : number(facts, "need"),
                slow == 0 ? null : slow);
    }

    private static void worse(Map<String, Object> facts, List<Line> lines) {
        String stream = String.valueOf(facts.get("stream"));
        String needed = evidence(real(facts, "needed"));
        boolean alone = stream.startsWith("limit") || stream.startsWith("first");
        lines.add(new Line(
                Text.of("deliver.stream." + stream, number(facts, "threshold_ms")),
                number(facts, "new_bad"),
                number(facts, "bad"),
                alone ? null : 100 * real(facts, "share"),
                evidence(Math.exp(real(facts, "log_evidence"))),
                null,
                true));
        lines.add(new Line(
                Text.of("deliver.stream.all"),
                null,
                null,
                null,
                evidence(Math.exp(real(facts, "log_total"))),
                needed,
                true));
    }

    private static Line proof(Map<String, Object> proof, @Nullable Integer stepPercent) {
        String claim = String.valueOf(proof.get("claim"));
        return new Line(
                Text.of("deliver.claim." + claim),
                number(proof, "bad"),
                number(proof, "of"),
                claim.equals("few_errors") || stepPercent == null ? null : stepPercent.doubleValue(),
                evidence(Math.exp(real(proof, "log_evidence"))),
                evidence(real(proof, "needed")),
                Boolean.TRUE.equals(proof.get("holds")));
    }

    /** Three digits are enough to see how far it is from what is needed. */
    static String evidence(double value) {
        if (value > MOST_SHOWN) {
            return "> 1,000,000";
        }
        if (value < 0.01) {
            return "< 0.01";
        }
        String pattern = value >= 99.95 ? "%,.0f" : value >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }

    private static @Nullable Rate rate(@Nullable Object facts) {
        return facts == null ? null : new Rate(number(map(facts), "bad"), number(map(facts), "requests"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static long number(Map<String, Object> facts, String name) {
        return facts.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static double real(Map<String, Object> facts, String name) {
        return facts.get(name) instanceof Number number ? number.doubleValue() : 0;
    }
}
