package dev.tandem.cli.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the demo did and measured; printed as it grows, and at the end as one JSON object. */
public final class Report {
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Number> figures = new LinkedHashMap<>();

    /** One step of the story. */
    public record Step(String name, boolean ok, double seconds, String detail) {}

    void step(String name, boolean ok, long nanos, String detail) {
        steps.add(new Step(name, ok, rounded(nanos / 1e9), detail));
    }

    void figure(String name, double value) {
        figures.put(name, rounded(value));
    }

    void figure(String name, long value) {
        figures.put(name, value);
    }

    public boolean ok() {
        return !steps.isEmpty() && steps.stream().allMatch(Step::ok);
    }

    public List<Step> steps() {
        return List.copyOf(steps);
    }

    public Map<String, Number> figures() {
        return figures;
    }

    Map<String, Object> toJson(String url) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ok", ok());
        json.put("url", url);
        json.put("steps", steps);
        json.put("figures", figures);
        return json;
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
