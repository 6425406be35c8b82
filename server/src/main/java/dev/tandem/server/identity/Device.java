package dev.tandem.server.identity;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a browser says of itself, in few words, so that people know their own again. Anybody can send anything: it is shown,
 * and nothing is decided by it.
 *
 * @param browser {@code Firefox}; empty when unknown
 * @param system {@code Linux}; empty when unknown
 */
public record Device(String browser, String system) {
    /** In this order: most browsers also name those that they descend from. */
    private static final Map<String, String> BROWSERS = ordered(
            "Edg/",
            "Edge",
            "EdgA/",
            "Edge",
            "OPR/",
            "Opera",
            "SamsungBrowser/",
            "Samsung Internet",
            "Firefox/",
            "Firefox",
            "FxiOS/",
            "Firefox",
            "CriOS/",
            "Chrome",
            "Chromium/",
            "Chromium",
            "Chrome/",
            "Chrome",
            "Safari/",
            "Safari",
            "git/",
            "git",
            "curl/",
            "curl");

    private static final Map<String, String> SYSTEMS = ordered(
            "Android",
            "Android",
            "iPhone",
            "iOS",
            "iPad",
            "iPadOS",
            "Windows",
            "Windows",
            "CrOS",
            "ChromeOS",
            "Mac OS X",
            "macOS",
            "Linux",
            "Linux");

    public static Device of(String userAgent) {
        return new Device(first(BROWSERS, userAgent), first(SYSTEMS, userAgent));
    }

    private static String first(Map<String, String> names, String userAgent) {
        return names.entrySet().stream()
                .filter(name -> userAgent.contains(name.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
