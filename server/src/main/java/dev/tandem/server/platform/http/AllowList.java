package dev.tandem.server.platform.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an administrator allows of the inner network: names, addresses and ranges, each perhaps with a port.
 * {@code jenkins.example.org, 10.1.2.0/24, 127.0.0.1:9090, [fd00::1]:80}
 */
final class AllowList {
    private final List<Entry> entries = new ArrayList<>();

    /** @param port 0 for all */
    private record Entry(
            String host,
            int port,
            @org.jspecify.annotations.Nullable AddressRange range) {
        boolean allows(String askedHost, InetAddress address, int askedPort) {
            return (port == 0 || port == askedPort) && (range == null ? host.equals(askedHost) : range.holds(address));
        }
    }

    /** @throws IllegalArgumentException with a sentence for the administrator */
    static AllowList of(String text) {
        AllowList list = new AllowList();
        for (String item : text.split("[,\\s]+")) {
            if (!item.isEmpty()) {
                list.entries.add(entry(item.toLowerCase(Locale.ROOT)));
            }
        }
        return list;
    }

    private static Entry entry(String item) {
        int colon = item.lastIndexOf(':');
        boolean port = colon > 0 && (item.charAt(colon - 1) == ']' || item.indexOf(':') == colon);
        String host = port ? item.substring(0, colon) : item;
        host = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        try {
            int number = port ? Integer.parseInt(item.substring(colon + 1)) : 0;
            boolean literal = host.contains("/") || host.contains(":") || host.matches("[0-9.]+");
            if (number < 0 || number > 65_535 || (!literal && !host.matches("[a-z0-9_.-]+"))) {
                throw new IllegalArgumentException(host);
            }
            return new Entry(host, number, literal ? AddressRange.of(host) : null);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + item + "' is no name, address or range such as 10.1.2.0/24, with or without :port", e);
        }
    }

    boolean allows(String host, InetAddress address, int port) {
        return entries.stream().anyMatch(entry -> entry.allows(host, address, port));
    }
}
