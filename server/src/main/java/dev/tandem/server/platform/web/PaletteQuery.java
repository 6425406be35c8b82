package dev.tandem.server.platform.web;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What somebody typed into the palette, as words in any order: {@code pipelines shop}. */
public final class PaletteQuery {
    private final List<String> words;

    private PaletteQuery(List<String> words) {
        this.words = words;
    }

    public static PaletteQuery of(String typed) {
        return new PaletteQuery(Arrays.stream(lower(typed).split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList());
    }

    public boolean isEmpty() {
        return words.isEmpty();
    }

    /** Whether each word is part of one of these texts. */
    public boolean matches(String... texts) {
        List<String> all = Arrays.stream(texts).map(PaletteQuery::lower).toList();
        return words.stream().allMatch(word -> all.stream().anyMatch(text -> text.contains(word)));
    }

    /** What to look for elsewhere: the longest word that is part of none of these texts; empty when there is none. */
    public String beyond(Collection<String> texts) {
        List<String> known = texts.stream().map(PaletteQuery::lower).toList();
        return words.stream()
                .filter(word -> known.stream().noneMatch(text -> text.contains(word)))
                .max(Comparator.comparingInt(String::length))
                .orElse("");
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
