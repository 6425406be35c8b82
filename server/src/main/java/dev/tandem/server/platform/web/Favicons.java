package dev.tandem.server.platform.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Cuts the shapes of state out of the sprite, one file each, so that a tab can show the state of its page. */
final class Favicons {
    private static final Pattern SYMBOL = Pattern.compile(
            "<symbol id=\"(?:state|icon)-([a-z-]+)\" viewBox=\"([0-9 ]+)\" data-favicon=\"(#[0-9a-f]{6})\"[^>]*>(.*?)</symbol>",
            Pattern.DOTALL);

    private Favicons() {}

    /** {@code favicon-success.svg} and so on; the colours suit both light and dark tab strips. */
    static Map<String, byte[]> of(byte @Nullable [] sprite) {
        Map<String, byte[]> favicons = new TreeMap<>();
        Matcher symbols = SYMBOL.matcher(sprite == null ? "" : new String(sprite, StandardCharsets.UTF_8));
        while (symbols.find()) {
            String svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"" + symbols.group(2)
                    + "\" fill=\"none\" stroke=\"#ffffff\" color=\"" + symbols.group(3) + "\">" + symbols.group(4)
                    + "</svg>";
            favicons.put("favicon-" + symbols.group(1) + ".svg", svg.getBytes(StandardCharsets.UTF_8));
        }
        return favicons;
    }
}
