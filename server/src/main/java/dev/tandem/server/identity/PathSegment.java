package dev.tandem.server.identity;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What one segment of the address of a project or a group may look like. The same rules as GitLab's, so that addresses carry
 * over.
 */
public final class PathSegment {
    private static final int LONGEST = 100;
    private static final Pattern CHARACTERS = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern NOT_IN_A_PATH = Pattern.compile("[^A-Za-z0-9_.]+");

    /** Words that mean something in addresses below a namespace. */
    private static final Set<String> RESERVED = Set.of(
            "-",
            "badges",
            "blame",
            "blob",
            "builds",
            "commits",
            "create",
            "create_dir",
            "edit",
            "files",
            "find_file",
            "groups",
            "info",
            "new",
            "preview",
            "raw",
            "refs",
            "tree",
            "update",
            "uploads",
            "users",
            "wikis");

    /** First segments that belong to the installation: no user and no group at the top can have one. */
    private static final Set<String> OF_INSTALLATION = Set.of(
            "-",
            ".well-known",
            "admin",
            "api",
            "assets",
            "dashboard",
            "error",
            "explore",
            "favicon.ico",
            "health",
            "help",
            "import",
            "invites",
            "metrics",
            "oauth",
            "pages",
            "profile",
            "projects",
            "public",
            "robots.txt",
            "search",
            "snippets",
            "webjars");

    private PathSegment() {}

    /** Why a path cannot be used. */
    public enum Problem {
        EMPTY("can't be blank"),
        TOO_LONG("is too long (maximum is 100 characters)"),
        CHARACTER("can contain only letters, digits, '_', '-' and '.'"),
        BEGINNING("must start with a letter, digit or '_'"),
        ENDING("must not end in '.', '-', '.git' or '.atom'"),
        DOTS("must not contain '..'"),
        RESERVED("is a reserved word");

        private final String message;

        Problem(String message) {
            this.message = message;
        }

        /** To be put behind the name of the field; English. */
        public String message() {
            return message;
        }
    }

    /** The same for the first segment of an address. */
    public static Optional<Problem> checkFirst(String path) {
        return check(path)
                .or(() -> OF_INSTALLATION.contains(path.toLowerCase(Locale.ROOT))
                        ? Optional.of(Problem.RESERVED)
                        : Optional.empty());
    }

    /** @return what is wrong first; empty when the path is good */
    public static Optional<Problem> check(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        if (path.isBlank()) {
            return Optional.of(Problem.EMPTY);
        }
        if (path.length() > LONGEST) {
            return Optional.of(Problem.TOO_LONG);
        }
        if (!CHARACTERS.matcher(path).matches()) {
            return Optional.of(Problem.CHARACTER);
        }
        if (path.startsWith(".") || path.startsWith("-")) {
            return Optional.of(RESERVED.contains(path) ? Problem.RESERVED : Problem.BEGINNING);
        }
        if (path.endsWith(".") || path.endsWith("-") || lower.endsWith(".git") || lower.endsWith(".atom")) {
            return Optional.of(Problem.ENDING);
        }
        if (path.contains("..")) {
            return Optional.of(Problem.DOTS);
        }
        return RESERVED.contains(lower) ? Optional.of(Problem.RESERVED) : Optional.empty();
    }

    /** A path made from a name: {@code my-shop} from {@code My shop!}; empty when no character of it can be used. */
    public static String from(String name) {
        String dashed = NOT_IN_A_PATH.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("-");
        return dashed.replaceAll("\\.\\.+", ".").replaceAll("^[.-]+|[.-]+$", "");
    }
}
