package dev.tandem.server.platform.web;

import java.text.Format;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Texts of all packages, from {@code messages/<package>.properties} (English) and {@code messages/<package>_zh_CN.properties}.
 * The part of a key before its first dot names the bundle. {@code {0}} stands for a parameter, in
 * {@link MessageFormat}'s notation; an apostrophe is always just an apostrophe, and a bare number parameter is written
 * without grouping, since most numbers in sentences are names of things ({@code {0,number}} groups). Immutable.
 */
final class Messages {
    static final Locale ENGLISH = Locale.ENGLISH;
    static final Locale CHINESE = Locale.SIMPLIFIED_CHINESE;
    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

    private final Locale locale;

    Messages(Locale locale) {
        this.locale = locale;
    }

    /** The one of our languages that suits; any Chinese gets the simplified one, everything else English. */
    static Locale closest(Locale wanted) {
        return wanted.getLanguage().equals(Locale.CHINESE.getLanguage()) ? CHINESE : ENGLISH;
    }

    Locale locale() {
        return locale;
    }

    /** The key itself when there is no such text, so that the page still works; a test finds those. */
    String text(String key, Object... arguments) {
        return find(key).map(pattern -> format(pattern, arguments)).orElse(key);
    }

    String text(Text text) {
        return switch (text) {
            case Text.Plain plain -> plain.text();
            case Text.Message message -> text(message.key(), message.arguments().toArray());
        };
    }

    Optional<String> find(String key) {
        int dot = key.indexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(ResourceBundle.getBundle("messages/" + key.substring(0, dot), locale, NO_FALLBACK)
                    .getString(key));
        } catch (MissingResourceException e) {
            return Optional.empty();
        }
    }

    private String format(String pattern, Object... arguments) {
        if (arguments.length == 0) {
            return pattern;
        }
        MessageFormat format = new MessageFormat(pattern.replace("'", "''"), locale);
        Format[] explicit = format.getFormatsByArgumentIndex();
        Object[] plain = arguments.clone();
        for (int i = 0; i < plain.length; i++) {
            Object argument = plain[i] instanceof Text text ? text(text) : plain[i];
            plain[i] = plain(argument, i < explicit.length ? explicit[i] : null);
        }
        return format.format(plain);
    }

    /** Numbers without grouping where the text does not format them; and numbers again, where it does, after a journey as text. */
    private static Object plain(Object argument, @Nullable Format explicit) {
        if (explicit instanceof NumberFormat) {
            return argument instanceof String text && NUMBER.matcher(text).matches() ? Long.valueOf(text) : argument;
        }
        return argument instanceof Number && explicit == null ? argument.toString() : argument;
    }
}
