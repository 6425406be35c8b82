package dev.tandem.server.identity.web;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The languages people can choose. */
final class Languages {
    private static final Map<String, Locale> CHOICES = Map.of("en", Locale.ENGLISH, "zh-CN", Locale.SIMPLIFIED_CHINESE);

    private Languages() {}

    static Optional<Locale> of(String tag) {
        return Optional.ofNullable(CHOICES.get(tag));
    }
}
