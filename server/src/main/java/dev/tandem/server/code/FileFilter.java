package dev.tandem.server.code;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Which files of a repository to look at, by their paths, whatever the case of letters. Immutable.
 *
 * <p>The words {@code path:}, {@code filename:} and {@code extension:} and their {@code *} are GitLab's.
 */
public final class FileFilter {
    /** Every file. */
    public static final FileFilter ALL = new FileFilter(List.of());

    private final List<Predicate<String>> all;

    private FileFilter(List<Predicate<String>> all) {
        this.all = List.copyOf(all);
    }

    /** Files whose path holds {@code part}; a {@code *} in it stands for any characters. */
    public static FileFilter path(String part) {
        return part.isBlank() ? ALL : new FileFilter(List.of(holds(part.strip())));
    }

    /** What is looked for in which files. */
    public record Split(String text, FileFilter files) {}

    /** Takes {@code path:src/ filename:*.java extension:md} out of what somebody asked for. */
    public static Split split(String asked) {
        List<String> words = new ArrayList<>();
        List<Predicate<String>> all = new ArrayList<>();
        for (String word : asked.strip().split("\\s+", -1)) {
            if (word.length() > "path:".length() && word.startsWith("path:")) {
                all.add(holds(word.substring("path:".length())));
            } else if (word.length() > "filename:".length() && word.startsWith("filename:")) {
                Predicate<String> name = holds(word.substring("filename:".length()));
                all.add(path -> name.test(path.substring(path.lastIndexOf('/') + 1)));
            } else if (word.length() > "extension:".length() && word.startsWith("extension:")) {
                String ending = "." + lower(word.substring("extension:".length()));
                all.add(path -> path.endsWith(ending));
            } else {
                words.add(word);
            }
        }
        // Without filters the text stays as it came, with its spaces.
        return all.isEmpty() ? new Split(asked, ALL) : new Split(String.join(" ", words), new FileFilter(all));
    }

    /** Whether a file is to be looked at. */
    boolean takes(String path) {
        if (all.isEmpty()) {
            return true;
        }
        String lower = lower(path);
        return all.stream().allMatch(each -> each.test(lower));
    }

    boolean takesAll() {
        return all.isEmpty();
    }

    private static Predicate<String> holds(String part) {
        String lower = lower(part);
        if (lower.indexOf('*') < 0) {
            return path -> path.contains(lower);
        }
        StringBuilder regex = new StringBuilder();
        for (String literal : lower.split("\\*+", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
        }
        // A name with a star is one as a whole, from its beginning or after a slash.
        Pattern glob = Pattern.compile("(?s)(^|.*/)" + regex);
        return path -> glob.matches(path);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
