package dev.tandem.server.deliver.rollout;

import dev.tandem.agent.protocol.Said;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One sentence that pages tell in the reader's language and job logs in English.
 *
 * @param code the message is called {@code deliver.reason.CODE}
 * @param arguments of the sentence, in English; after them, for each that an agent said, how to say it in other languages ({@link #quoted})
 * @param text the same in English, without a full stop
 */
public record Told(String code, List<String> arguments, String text) {
    /** Stands in no sentence of ours; cut out of those of others. */
    private static final String SEPARATOR = "\u001f";

    public Told {
        arguments = List.copyOf(arguments);
    }

    /** @param pattern English, in {@link MessageFormat}'s notation, without apostrophes */
    public static Told of(String code, String pattern, Object... arguments) {
        List<String> texts = new ArrayList<>();
        List<String> quotes = new ArrayList<>();
        for (Object argument : arguments) {
            if (argument instanceof Said said) {
                quotes.add(quote(texts.size(), said));
            }
            texts.add(text(argument));
        }
        String english = MessageFormat.format(pattern, texts.toArray());
        texts.addAll(quotes);
        return new Told(code, texts, english);
    }

    private static String text(Object argument) {
        return switch (argument) {
            case Long number -> String.format(Locale.ROOT, "%,d", number);
            case Said said -> harmless(said.text());
            default -> harmless(argument.toString());
        };
    }

    private static String quote(int index, Said said) {
        List<String> parts = Stream.of(List.of("", Integer.toString(index), said.code()), said.arguments())
                .flatMap(List::stream)
                .map(Told::harmless)
                .toList();
        return String.join(SEPARATOR, parts);
    }

    private static String harmless(String text) {
        return text.replace(SEPARATOR, " ");
    }

    /**
     * An argument that an agent said.
     *
     * @param index of the argument, from 0
     * @param said its code, then its own arguments
     */
    public record Quote(int index, List<String> said) {}

    /** What one of {@link #arguments} quotes; empty for one that stands in the sentence. */
    public static Optional<Quote> quoted(String argument) {
        if (!argument.startsWith(SEPARATOR)) {
            return Optional.empty();
        }
        List<String> parts = List.of(argument.split(SEPARATOR, -1));
        return Optional.of(new Quote(Integer.parseInt(parts.get(1)), parts.subList(2, parts.size())));
    }
}
