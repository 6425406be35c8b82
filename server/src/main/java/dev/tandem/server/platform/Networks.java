package dev.tandem.server.platform;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.catalina.util.NetMask;

/** A set of IP addresses and networks. Immutable. */
public final class Networks {
    private final String text;
    private final List<NetMask> masks;

    private Networks(String text, List<NetMask> masks) {
        this.text = text;
        this.masks = masks;
    }

    /**
     * Reads {@code 127.0.0.1, 10.0.0.0/8, ::1}; an empty text is the empty set. Never asks a name server.
     *
     * @throws IllegalArgumentException when a part is no address and no network
     */
    public static Networks parse(String text) {
        List<String> parts = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
        return new Networks(
                String.join(", ", parts), parts.stream().map(Networks::mask).toList());
    }

    public boolean isEmpty() {
        return masks.isEmpty();
    }

    public boolean contains(InetAddress address) {
        return masks.stream().anyMatch(mask -> mask.matches(address));
    }

    /** An address written in digits; empty for anything else. */
    public static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static NetMask mask(String part) {
        // The mask itself would take a host name, and look it up.
        InetAddress.ofLiteral(part.contains("/") ? part.substring(0, part.indexOf('/')) : part);
        return new NetMask(part);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Networks networks && networks.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
