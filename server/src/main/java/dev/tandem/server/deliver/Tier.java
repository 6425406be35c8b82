package dev.tandem.server.deliver;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What an environment is for; GitLab's words and GitLab's way to guess it from a name. */
public enum Tier {
    PRODUCTION,
    STAGING,
    TESTING,
    DEVELOPMENT,
    OTHER;

    /** Tried in this order: the first that is found anywhere in the name decides. */
    private static final Map<Tier, Pattern> WORDS = words();

    private static Map<Tier, Pattern> words() {
        Map<Tier, Pattern> words = new LinkedHashMap<>();
        words.put(DEVELOPMENT, Pattern.compile("dev|review|trunk"));
        words.put(TESTING, Pattern.compile("test|tst|int|ac(ce|)pt|qa|qc|control|quality"));
        words.put(STAGING, Pattern.compile("st(a|)g|mod(e|)l|pre|demo|non"));
        words.put(PRODUCTION, Pattern.compile("pr(o|)d|live"));
        return words;
    }

    public static Tier ofName(String environment) {
        String name = environment.toLowerCase(Locale.ROOT);
        return WORDS.entrySet().stream()
                .filter(word -> word.getValue().matcher(name).find())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(OTHER);
    }

    public static Optional<Tier> ofWire(String word) {
        for (Tier tier : values()) {
            if (tier.wire().equals(word)) {
                return Optional.of(tier);
            }
        }
        return Optional.empty();
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
