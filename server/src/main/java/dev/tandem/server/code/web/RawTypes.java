package dev.tandem.server.code.web;

import dev.tandem.server.code.Picture;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** As what the content of a stranger's file is sent: text, a picture, a PDF, or bytes to keep. Never as a page. */
final class RawTypes {
    static final String BYTES = "application/octet-stream";

    /** No script, no form, no request; a picture may have styles of its own. */
    static final String SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

    static final String PDF = "application/pdf";

    /**
     * The viewers of browsers refuse to work in a sandbox. They are one themselves: what a PDF runs sees no page and no cookie of ours. Only our own
     * pages may frame it.
     */
    private static final String VIEWER =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'";

    static final int HEAD_BYTES = 8192;

    private static final String PDF_BEGINNING = "%PDF-";

    private RawTypes() {}

    /** @param head the first {@link #HEAD_BYTES} */
    static String of(String name, byte[] head) {
        Optional<Picture> picture = Picture.of(name, head);
        if (picture.isPresent()) {
            return picture.get().mediaType();
        }
        if (isPdf(name, head)) {
            return PDF;
        }
        for (byte b : head) {
            if (b == 0) {
                return BYTES;
            }
        }
        return "text/plain;charset=utf-8";
    }

    /** The Content-Security-Policy that goes with a type. */
    static String policy(String type) {
        return type.equals(PDF) ? VIEWER : SANDBOX;
    }

    static boolean isPdfName(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".pdf");
    }

    /** Both name and content must say so. */
    static boolean isPdf(String name, byte[] head) {
        return isPdfName(name)
                && new String(head, 0, Math.min(head.length, PDF_BEGINNING.length()), StandardCharsets.ISO_8859_1)
                        .equals(PDF_BEGINNING);
    }
}
