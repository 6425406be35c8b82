package dev.tandem.server.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

class ThemeTest {
    private static final double AA = 4.5;
    private static final Pattern COLOUR = Pattern.compile("--([a-z-]+): (#[0-9a-f]{6});");

    private final Assets assets = new Assets();

    @Test
    void textIsReadableOnEverySurfaceInBothThemes() {
        for (Map<String, String> theme : List.of(colours(light()), colours(dark()))) {
            for (String text : List.of(
                    "text", "muted", "accent", "success", "running", "failed", "warning", "rolled-back", "quiet")) {
                for (String surface : List.of("page", "surface", "hover")) {
                    assertReadable(theme, text, surface);
                }
            }
            Stream.of("text", "failed").forEach(text -> assertReadable(theme, text, "failed-soft"));
            Stream.of("text", "accent").forEach(text -> assertReadable(theme, text, "accent-soft"));
            Stream.of("success-soft", "warning-soft", "info-soft", "mark", "diff-add", "diff-del", "sunken")
                    .forEach(surface -> assertReadable(theme, "text", surface));
            assertReadable(theme, "muted", "sunken");
            assertReadable(theme, "on-accent", "accent");
            assertReadable(theme, "surface", "failed");
            Stream.of("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
                    .forEach(colour -> {
                        assertReadable(theme, "ansi-" + colour, "surface");
                    });
        }
    }

    @Test
    void darkIsTheSameByChoiceAndBySystem() {
        String css = css();
        String chosen = css.substring(css.indexOf(":root[data-theme=\"dark\"]"));
        assertThat(colours(chosen)).isEqualTo(colours(dark()));
        assertThat(colours(dark()).keySet()).isEqualTo(colours(light()).keySet());
    }

    @Test
    void everyStateHasAShapeAndATabIcon() throws Exception {
        byte[] sprite = assets.find("icons.svg").orElseThrow().plain();
        NodeList symbols = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new java.io.ByteArrayInputStream(sprite))
                .getElementsByTagName("symbol");
        assertThat(symbols.getLength()).isGreaterThan(40);
        String text = new String(sprite, StandardCharsets.UTF_8);
        for (StateShape shape : StateShape.values()) {
            assertThat(text).contains("<symbol id=\"state-" + shape.css() + "\"");
            assertThat(assets.find("favicon-" + shape.css() + ".svg")).isPresent();
        }
        assertThat(assets.find("favicon-tandem.svg")).isPresent();
    }

    @Test
    void everythingABrowserNeedsStaysSmall() {
        int compressed = assets.all().values().stream()
                .mapToInt(asset -> asset.gzip().length)
                .sum();
        int charts = size("uplot.js");
        int colours = size("hljs.js");
        assertThat(charts).as("sent with charts only").isLessThan(25_000);
        assertThat(colours).as("sent with files only").isLessThan(50_000);
        assertThat(compressed - charts - colours).isLessThan(60_000);
    }

    private int size(String asset) {
        return assets.find(asset).orElseThrow().gzip().length;
    }

    private static void assertReadable(Map<String, String> theme, String text, String surface) {
        assertThat(contrast(theme.get(text), theme.get(surface)))
                .as(text + " on " + surface + " (" + theme.get(text) + " on " + theme.get(surface) + ")")
                .isGreaterThanOrEqualTo(AA);
    }

    /** WCAG 2.1, relative luminance. */
    private static double contrast(String a, String b) {
        double one = luminance(a);
        double other = luminance(b);
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }

    private static double luminance(String colour) {
        return 0.2126 * channel(colour, 1) + 0.7152 * channel(colour, 3) + 0.0722 * channel(colour, 5);
    }

    private static double channel(String colour, int at) {
        double value = Integer.parseInt(colour.substring(at, at + 2), 16) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    private static Map<String, String> colours(String css) {
        Map<String, String> colours = new HashMap<>();
        Matcher found = COLOUR.matcher(css);
        while (found.find()) {
            colours.put(found.group(1), found.group(2));
        }
        return colours;
    }

    private String light() {
        return css().substring(0, css().indexOf("@media"));
    }

    private String dark() {
        String css = css();
        return css.substring(css.indexOf("@media"), css.indexOf(":root[data-theme=\"dark\"]"));
    }

    private String css() {
        return new String(assets.find("theme.css").orElseThrow().plain(), StandardCharsets.UTF_8);
    }
}
