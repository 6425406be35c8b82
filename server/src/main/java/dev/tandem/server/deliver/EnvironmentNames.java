package dev.tandem.server.deliver;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules for names of environments (GitLab's), and what is derived from them. */
public final class EnvironmentNames {
    /** Letters and digits of any script would pass GitLab too, but not where they end up: host names and variables. */
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_/${}. -]{1,255}");

    private static final Set<Tier> FOLDERS = Set.of(Tier.PRODUCTION, Tier.STAGING, Tier.TESTING);
    private static final int SERVICE_LENGTH = 100;
    private static final int SLUG_LENGTH = 24;
    private static final int HASH_LENGTH = 6;
    private static final int LABEL_LENGTH = 63;

    private EnvironmentNames() {}

    /** What is wrong with {@code name}, as a sentence; empty when it may be used. */
    public static Optional<String> problem(String name) {
        if (!ALLOWED.matcher(name).matches()) {
            return Optional.of("an environment's name holds 1 to 255 letters, digits, spaces and - _ / $ { } . only");
        }
        if (name.startsWith("/") || name.endsWith("/")) {
            return Optional.of("an environment's name neither starts nor ends with /");
        }
        return Optional.empty();
    }

    /** {@code api} of {@code production/api}: what stands below a folder that names production, staging or testing. */
    public static Optional<String> service(String name) {
        int slash = name.indexOf('/');
        return slash > 0 && FOLDERS.contains(Tier.ofName(name.substring(0, slash)))
                ? Optional.of(name.substring(slash + 1))
                : Optional.empty();
    }

    /** What is wrong with the name of a service, as a sentence; empty when it may be used. */
    public static Optional<String> serviceProblem(String name) {
        return name.length() <= SERVICE_LENGTH && problem(name).isEmpty()
                ? Optional.empty()
                : Optional.of("a service's name holds 1 to " + SERVICE_LENGTH
                        + " letters, digits, spaces and - _ / $ { } . only, and neither starts nor ends with /");
    }

    /**
     * The name as part of a host name: at most 24 of {@code a-z 0-9 -}, beginning with a letter. A name that had to be
     * changed gets a part of its hash, so that different names have different slugs.
     */
    public static String slug(String name) {
        String plain =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        String slug = plain.isEmpty() || !Character.isLetter(plain.charAt(0)) ? "env-" + plain : plain;
        if (slug.equals(name) && slug.length() <= SLUG_LENGTH) {
            return slug;
        }
        int room = SLUG_LENGTH - HASH_LENGTH - 1;
        String cut = slug.length() > room ? slug.substring(0, room) : slug;
        return cut.replaceAll("-+$", "") + "-" + hash(name);
    }

    /** A project's full path as one label of a host name. */
    public static String label(String path) {
        String plain = path.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
        String cut = plain.length() > LABEL_LENGTH ? plain.substring(0, LABEL_LENGTH) : plain;
        return cut.replaceAll("^-+|-+$", "");
    }

    private static String hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
