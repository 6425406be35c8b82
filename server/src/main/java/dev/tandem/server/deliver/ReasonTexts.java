package dev.tandem.server.deliver;

import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.platform.web.Text;
import java.util.ArrayList;
import java.util.List;

/** Why something happened to a rollout, in the reader's language: messages {@code deliver.reason.CODE}. */
public final class ReasonTexts {
    private ReasonTexts() {}

    /** @param arguments as {@link Told} keeps them: what an agent said is told in the reader's language, too */
    public static Text of(String code, List<String> arguments) {
        List<Object> texts = new ArrayList<>(plain(arguments));
        arguments.stream().flatMap(argument -> Told.quoted(argument).stream()).forEach(quote -> {
            String english = texts.get(quote.index()).toString();
            texts.set(quote.index(), AgentTexts.of(quote.said(), english));
        });
        return Text.of("deliver.reason." + code, texts.toArray());
    }

    /** Only those that stand in the sentence, in English; for programs. */
    public static List<String> plain(List<String> arguments) {
        return arguments.stream()
                .filter(argument -> Told.quoted(argument).isEmpty())
                .toList();
    }
}
