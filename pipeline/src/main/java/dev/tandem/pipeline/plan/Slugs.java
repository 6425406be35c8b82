package dev.tandem.pipeline.plan;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names made fit for host names. */
public final class Slugs {
    private static final int LONGEST = 63;
    private static final int LONGEST_ENVIRONMENT = 24;
    private static final int SUFFIX = 6;
    private static final Pattern OTHER = Pattern.compile("[^a-z0-9]");
    private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");
    private static final Pattern OUTER_DASHES = Pattern.compile("^-+|-+$");

    private Slugs() {}

    /** Lower case, everything but letters and digits a dash, at most 63 characters: refs, job names, project paths. */
    public static String of(String name) {
        String slug = OTHER.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("-");
        String cut = slug.length() > LONGEST ? slug.substring(0, LONGEST) : slug;
        return OUTER_DASHES.matcher(cut).replaceAll("");
    }

    /** At most 24 characters; a name that had to be changed gets a suffix of its own, so that two names never share a slug. */
    public static String ofEnvironment(String name) {
        String slug = OTHERS.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("-");
        if (slug.isEmpty() || !Character.isLetter(slug.charAt(0))) {
            slug = "env-" + slug;
        }
        if (slug.equals(name) && slug.length() <= LONGEST_ENVIRONMENT && !slug.endsWith("-")) {
            return slug;
        }
        String cut = slug.substring(0, Math.min(slug.length(), LONGEST_ENVIRONMENT - SUFFIX - 1));
        return OUTER_DASHES.matcher(cut).replaceAll("") + "-" + suffix(name);
    }

    private static String suffix(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            String text = new BigInteger(1, digest).toString(36);
            return text.substring(text.length() - SUFFIX);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
