package dev.tandem.server.build.variables;

import java.util.Locale;

/** GitLab's slug: lower case, everything else a dash, at most 63 bytes, no dash at the ends. */
public final class Slug {
    private static final int LONGEST = 63;

    private Slug() {}

    public static String of(String text) {
        String dashed = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
        String cut = dashed.length() > LONGEST ? dashed.substring(0, LONGEST) : dashed;
        return cut.replaceAll("^-+|-+$", "");
    }
}
