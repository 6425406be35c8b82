package dev.tandem.server.code.web;

import dev.tandem.server.code.Picture;
import java.util.Optional;

/** As what the content of a stranger's file is sent: text, a picture, or bytes to keep. Never as a page. */
final class RawTypes {
    static final String BYTES = "application/octet-stream";

    /** No script, no form, no request; a picture may have styles of its own. */
    static final String SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

    static final int HEAD_BYTES = 8192;

    private RawTypes() {}

    /** @param head the first {@link #HEAD_BYTES} */
    static String of(String name, byte[] head) {
        Optional<Picture> picture = Picture.of(name, head);
        if (picture.isPresent()) {
            return picture.get().mediaType();
        }
        for (byte b : head) {
            if (b == 0) {
                return BYTES;
            }
        }
        return "text/plain;charset=utf-8";
    }
}
