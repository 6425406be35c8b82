package dev.tandem.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Collects figures and prints them as a table, each with its samples' spread and beside its budget. */
final class Figures {
    private final List<String> rows = new ArrayList<>();

    /** The better direction of a figure. */
    enum Better {
        LOWER,
        HIGHER
    }

    void add(String name, String unit, Better better, double budget, double... samples) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        double median = median(sorted);
        boolean kept = better == Better.LOWER ? median <= budget : median >= budget;
        rows.add("| %s | %s %s | %s %s | %s .. %s (n=%d) | %s |"
                .formatted(
                        name,
                        number(median),
                        unit,
                        better == Better.LOWER ? "≤" : "≥",
                        number(budget) + " " + unit,
                        number(sorted[0]),
                        number(sorted[sorted.length - 1]),
                        sorted.length,
                        kept ? "kept" : "MISSED"));
    }

    /** A figure without a budget, beside another program's. */
    void beside(String name, String unit, double[] ours, double[] theirs) {
        rows.add("| %s | %s %s | %s %s | %s .. %s (n=%d) | %s times |"
                .formatted(
                        name,
                        number(median(ours)),
                        unit,
                        number(median(theirs)),
                        unit,
                        number(Arrays.stream(ours).min().orElseThrow()),
                        number(Arrays.stream(ours).max().orElseThrow()),
                        ours.length,
                        number(median(ours) / median(theirs))));
    }

    void skipped(String name, String why) {
        rows.add("| %s | - | - | - | skipped: %s |".formatted(name, why));
    }

    void print() {
        System.out.println("| figure | median | budget or beside | min .. max | |");
        System.out.println("| --- | --- | --- | --- | --- |");
        rows.forEach(System.out::println);
    }

    static double median(double... samples) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.0f", value);
    }
}
