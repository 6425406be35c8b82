package dev.tandem.server.build.web;

import gg.jte.html.escape.Escape;
import gg.jte.output.StringOutput;

/** A small picture of two words for READMEs. Nothing of it comes from outside but through {@link #escaped}. */
record Badge(String key, String value, Colour colour) {
    private static final int CHARACTER = 7;
    private static final int AIR = 10;

    /** All have enough contrast to white text. */
    enum Colour {
        GREEN("#2b7a2b"),
        AMBER("#8a5a00"),
        RED("#b3261e"),
        BLUE("#1f5fbf"),
        GREY("#5f6672");

        private final String css;

        Colour(String css) {
            this.css = css;
        }
    }

    String svg() {
        int left = width(key);
        int right = width(value);
        String label = escaped(key + ": " + value);
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="20" role="img" aria-label="%2$s"><title>%2$s</title>\
                <rect width="%1$d" height="20" rx="3" fill="#3f4550"/>\
                <path fill="%3$s" d="M%4$d 0h%5$da3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H%4$dz"/>\
                <g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">\
                <text x="%6$d" y="14">%7$s</text><text x="%8$d" y="14">%9$s</text></g></svg>
                """.formatted(
                        left + right,
                        label,
                        colour.css,
                        left,
                        right - 3,
                        left / 2,
                        escaped(key),
                        left + right / 2,
                        escaped(value));
    }

    private static int width(String text) {
        return text.length() * CHARACTER + AIR;
    }

    private static String escaped(String text) {
        StringOutput output = new StringOutput();
        Escape.htmlAttribute(text, output);
        return output.toString().replace("<", "&lt;").replace(">", "&gt;");
    }
}
