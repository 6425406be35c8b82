package dev.tandem.server.deliver;

import dev.tandem.agent.protocol.Said;
import dev.tandem.server.platform.web.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What agents say, in the reader's language: messages {@code deliver.agent.CODE}. */
public final class AgentTexts {
    /** An agent newer than this server may say what it has no words for. */
    private static final Set<String> KNOWN = Said.codes();

    private AgentTexts() {}

    /** Code and arguments, to be kept; empty when the agent gave none. */
    public static List<String> kept(@Nullable Said said) {
        return said == null
                ? List.of()
                : Stream.concat(Stream.of(said.code()), said.arguments().stream())
                        .toList();
    }

    /**
     * The sentence.
     *
     * @param kept as {@link #kept} gave it
     * @param english shown where there are no words for it
     */
    public static Text of(List<String> kept, String english) {
        Text told = told(kept);
        return told == null ? Text.plain(english) : told;
    }

    private static @Nullable Text told(List<String> kept) {
        if (kept.size() == 2 && kept.getFirst().equals(Said.PLAIN)) {
            return Text.plain(kept.getLast());
        }
        if (kept.isEmpty() || !KNOWN.contains(kept.getFirst())) {
            return null;
        }
        String key = "deliver.agent." + kept.getFirst();
        int own = Said.ownArguments(kept.getFirst());
        if (own < 0) {
            return Text.of(key, kept.subList(1, kept.size()).toArray());
        }
        Text inner = kept.size() < own + 1 ? null : told(kept.subList(own + 1, kept.size()));
        if (inner == null) {
            return null;
        }
        List<Object> arguments = new ArrayList<>(List.of(inner));
        arguments.addAll(kept.subList(1, own + 1));
        return Text.of(key, arguments.toArray());
    }
}
