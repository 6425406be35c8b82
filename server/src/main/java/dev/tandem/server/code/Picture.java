package dev.tandem.server.code;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Files that browsers show as pictures. Both name and content must say so: neither alone is to be believed. */
public enum Picture {
    PNG("image/png", "png"),
    JPEG("image/jpeg", "jpg", "jpeg"),
    GIF("image/gif", "gif"),
    WEBP("image/webp", "webp"),
    AVIF("image/avif", "avif"),
    ICON("image/x-icon", "ico"),
    SVG("image/svg+xml", "svg");

    /** How much of a file {@link #of} looks at. */
    public static final int HEAD_BYTES = 1024;

    private final String mediaType;
    private final List<String> endings;

    Picture(String mediaType, String... endings) {
        this.mediaType = mediaType;
        this.endings = List.of(endings);
    }

    public String mediaType() {
        return mediaType;
    }

    /** @param head the first {@link #HEAD_BYTES} */
    public static Optional<Picture> of(String name, byte[] head) {
        return byName(name).filter(picture -> picture.begins(head));
    }

    /** What the name claims. */
    public static Optional<Picture> byName(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(picture -> picture.endings.contains(ending))
                .findFirst();
    }

    private boolean begins(byte[] head) {
        String text = new String(head, 0, Math.min(head.length, HEAD_BYTES), StandardCharsets.ISO_8859_1);
        return switch (this) {
            case PNG -> text.startsWith("\u0089PNG\r\n\u001a\n");
            case JPEG -> text.startsWith("\u00ff\u00d8\u00ff");
            case GIF -> text.startsWith("GIF87a") || text.startsWith("GIF89a");
            case WEBP -> text.startsWith("RIFF") && text.startsWith("WEBP", 8);
            case AVIF -> text.startsWith("ftypavif", 4) || text.startsWith("ftypavis", 4);
            case ICON -> text.startsWith("\u0000\u0000\u0001\u0000");
            case SVG -> text.contains("<svg");
        };
    }
}
