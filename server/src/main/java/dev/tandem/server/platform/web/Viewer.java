package dev.tandem.server.platform.web;

import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who looks at a page.
 *
 * @param username null when nobody is signed in
 * @param name the name to show; null when nobody is signed in
 * @param locale the language the viewer chose; null when the browser decides
 * @param csrfToken asked only when the page has a form; gives null when this request has no token
 */
public record Viewer(
        @Nullable String username,
        @Nullable String name,
        boolean administrator,
        @Nullable Locale locale,
        Supplier<@Nullable String> csrfToken) {

    /** Nobody: no name, no token, the browser's language. */
    public static final Viewer NOBODY = new Viewer(null, null, false, null, () -> null);
}
