package dev.tandem.server.deliver.rollout;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;

/**
 * One sentence that pages tell in the reader's language and job logs in English.
 *
 * @param code the message is called {@code deliver.reason.CODE}
 * @param text the same in English, without a full stop
 */
public record Told(String code, List<String> arguments, String text) {
    public Told {
        arguments = List.copyOf(arguments);
    }

    /** @param pattern English, in {@link MessageFormat}'s notation, without apostrophes */
    public static Told of(String code, String pattern, Object... arguments) {
        List<String> texts = java.util.Arrays.stream(arguments)
                .map(argument -> argument instanceof Long number
                        ? String.format(Locale.ROOT, "%,d", number)
                        : String.valueOf(argument))
                .toList();
        return new Told(code, texts, MessageFormat.format(pattern, texts.toArray()));
    }
}
