package dev.tandem.server.platform.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the addresses in a text of strangers mean. Relative ones are paths beside the text; those that leave the root lead nowhere. */
final class References {
    private static final Set<String> SCHEMES = Set.of("http", "https", "mailto");

    /** Browsers skip control characters and blanks when they look for a scheme, so we do, too. */
    private static final Pattern SKIPPED = Pattern.compile("[\\p{Cntrl}\\s\\u00a0\\u2028\\u2029\\ufeff]+");

    private static final Pattern SCHEME = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*):");

    private final String folder;
    private final Markdown.Target target;

    References(String folder, Markdown.Target target) {
        this.folder = folder;
        this.target = target;
    }

    /** Where a link leads; empty when nowhere. */
    Optional<String> link(String address) {
        Optional<String> scheme = scheme(address);
        if (scheme.isPresent()) {
            return SCHEMES.contains(scheme.get()) ? Optional.of(address.strip()) : Optional.empty();
        }
        if (address.startsWith("#")) {
            return Optional.of("#" + Markdown.anchorOf(address.substring(1)));
        }
        if (isElsewhere(address)) {
            return Optional.of("https:" + address.replace('\\', '/'));
        }
        int hash = address.indexOf('#');
        String fragment = hash < 0 ? "" : "#" + fragment(address.substring(hash + 1));
        return path(hash < 0 ? address : address.substring(0, hash)).map(path -> target.page(path) + fragment);
    }

    /** Where a picture is; empty when it is none of ours. */
    Optional<String> picture(String address) {
        if (scheme(address).isPresent() || isElsewhere(address)) {
            return Optional.empty();
        }
        int hash = address.indexOf('#');
        return path(hash < 0 ? address : address.substring(0, hash))
                .filter(path -> !path.isEmpty())
                .map(target::raw);
    }

    /** In lower case; empty for relative addresses. */
    static Optional<String> scheme(String address) {
        Matcher scheme = SCHEME.matcher(SKIPPED.matcher(address).replaceAll(""));
        return scheme.find() ? Optional.of(scheme.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    private static boolean isElsewhere(String address) {
        return address.startsWith("//") || address.startsWith("\\\\") || address.startsWith("/\\");
    }

    /** Lines of a file keep their form, all else is a heading's. */
    private static String fragment(String fragment) {
        return fragment.matches("L[0-9]+(-L?[0-9]+)?") ? fragment : Markdown.anchorOf(fragment);
    }

    private Optional<String> path(String address) {
        int query = address.indexOf('?');
        String path = decoded(query < 0 ? address : address.substring(0, query));
        List<String> names = new ArrayList<>();
        if (!path.startsWith("/") && !folder.isEmpty()) {
            names.addAll(List.of(folder.split("/", -1)));
        }
        for (String name : path.split("/", -1)) {
            if (name.equals("..")) {
                if (names.isEmpty()) {
                    return Optional.empty();
                }
                names.removeLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return Optional.of(String.join("/", names));
    }

    /** Takes {@code %20} and the like off; what is no such thing stays. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            if (low < 0) {
                out.write(bytes[i]);
            } else {
                out.write(high * 16 + low);
                i += 2;
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
