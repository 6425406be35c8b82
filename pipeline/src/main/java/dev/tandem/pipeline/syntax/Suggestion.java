package dev.tandem.pipeline.syntax;

import java.util.Collection;

/** "Did you mean": the known name closest to a mistyped one. */
public final class Suggestion {
    private static final int LONGEST = 64;

    private Suggestion() {}

    /** A question that names the closest candidate, or {@code otherwise} when none is close. Looks at the first 1,000. */
    public static String of(String word, Collection<String> candidates, String otherwise) {
        String best = "";
        int bestDistance = Math.max(1, word.length() / 3) + 1;
        if (word.length() <= LONGEST) {
            for (String candidate : candidates.stream().limit(1000).toList()) {
                int distance = candidate.length() > LONGEST ? LONGEST : distance(word, candidate);
                if (distance < bestDistance) {
                    best = candidate;
                    bestDistance = distance;
                }
            }
        }
        return best.isEmpty() ? otherwise : "did you mean '" + best + "'?";
    }

    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}
