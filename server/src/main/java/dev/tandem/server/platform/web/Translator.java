package dev.tandem.server.platform.web;

import java.util.Locale;

/** Texts outside of pages, in one language. Immutable. */
public final class Translator {
    private final Messages messages;

    private Translator(Messages messages) {
        this.messages = messages;
    }

    /** @param language {@code en} or {@code zh-CN}; any other gets the closest of these */
    public static Translator of(String language) {
        return new Translator(new Messages(Messages.closest(Locale.forLanguageTag(language))));
    }

    public String text(Text text) {
        return messages.text(text);
    }
}
