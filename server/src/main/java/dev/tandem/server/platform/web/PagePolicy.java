package dev.tandem.server.platform.web;

/** What a browser may do for our pages: the values of {@code Content-Security-Policy}. */
public final class PagePolicy {
    /** Of all pages. */
    public static final String USUAL = policy("'none'");

    /** Of a page that has the browser's own viewer show a file from this server. */
    public static final String WITH_VIEWER = policy("'self'");

    private PagePolicy() {}

    private static String policy(String viewers) {
        return "default-src 'self'; img-src 'self' data:; object-src " + viewers
                + "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }
}
