package dev.tandem.agent.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.text.MessageFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A sentence of the agent, so that a server can tell it in its reader's language. Immutable.
 *
 * @param code which sentence; {@link #PLAIN} for one that has no translation
 * @param arguments of the sentence; of one that is said about another, the other's code and arguments come last
 * @param text the same in English, without a full stop
 */
public record Said(String code, List<String> arguments, String text) {
    /** Somebody else's words, such as an operating system's; its only argument. */
    public static final String PLAIN = "plain";

    /** Codes of sentences about another one, and how many arguments of their own come before it. */
    private static final Map<String, Integer> ABOUT = Map.of("restarted", 0, "renewed", 0, "attempts", 1);

    /** In {@link MessageFormat}'s notation, without apostrophes. */
    private static final Map<String, String> ENGLISH = Map.ofEntries(
            Map.entry("fetching", "The bundle is being fetched"),
            Map.entry("fetch_failed", "The bundle could not be fetched: {0}"),
            Map.entry("waiting", "Waiting for the health check"),
            Map.entry("passed", "The health check passed"),
            Map.entry("wanted", "Wanted again"),
            Map.entry("unwanted", "Left the desired state"),
            Map.entry("stopped", "Stopped"),
            Map.entry("stopped_with_agent", "Stopped together with the agent"),
            Map.entry("host_restarted", "The host was started again"),
            Map.entry("killed", "The {0} process was killed together with its shell"),
            Map.entry("signal", "The {0} process was ended by signal {1}"),
            Map.entry("exited", "The {0} process ended with exit code {1}"),
            Map.entry("exited_zero", "The {0} process ended with exit code 0; it must stay in the foreground"),
            Map.entry("cannot_start", "The {0} process cannot be started: {1}"),
            Map.entry("memory", "Out of memory: it used {0} MB, more than its limit of {1} MB, and was ended"),
            Map.entry("silent", "Nothing listened on PORT"),
            Map.entry("get_silent", "GET {0}: nothing listened on PORT"),
            Map.entry("get_late", "GET {0} had no answer within {1} s"),
            Map.entry("get_failed", "GET {0} failed: {1}"),
            Map.entry("get_status", "GET {0} answered {1}"),
            Map.entry("get_lacked", "GET {0} lacked \"{1}\""),
            Map.entry(
                    "stranger",
                    "PORT {0} was taken by another program (uid {1}), so the answer is not of this service"),
            Map.entry("restarted", "Started again after: {0}"),
            Map.entry("renewed", "{0}; it is started anew"),
            Map.entry("attempts", "{0} ({1} attempts)"));

    @JsonCreator
    public Said {
        Objects.requireNonNull(code, "code");
        arguments = List.copyOf(arguments);
        Objects.requireNonNull(text, "text");
    }

    /**
     * One of the sentences; an argument that is not known is told as {@code null}.
     *
     * @throws NullPointerException for a code that there is not
     */
    public static Said of(String code, @Nullable Object... arguments) {
        List<String> texts = Arrays.stream(arguments).map(String::valueOf).toList();
        return new Said(code, texts, MessageFormat.format(english(code), texts.toArray()));
    }

    /** Also how agents before this type wrote theirs down. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Said plain(String text) {
        return new Said(PLAIN, List.of(text), text);
    }

    /** A sentence about this one, which is its argument {0}; its own follow. */
    public Said within(String outer, Object... own) {
        List<String> before = Arrays.stream(own).map(String::valueOf).toList();
        Object[] all = Stream.concat(Stream.of(text), before.stream()).toArray();
        return new Said(
                outer,
                Stream.of(before, List.of(code), arguments)
                        .flatMap(List::stream)
                        .toList(),
                MessageFormat.format(english(outer), all));
    }

    /**
     * The English pattern of a sentence.
     *
     * @throws NullPointerException for a code that there is not
     */
    public static String english(String code) {
        return Objects.requireNonNull(ENGLISH.get(code), code);
    }

    /** How many arguments of its own a sentence about another one has; -1 for one that is about no other. */
    public static int ownArguments(String code) {
        return ABOUT.getOrDefault(code, -1);
    }

    /** All codes but {@link #PLAIN}. */
    public static Set<String> codes() {
        return new TreeSet<>(ENGLISH.keySet());
    }
}
