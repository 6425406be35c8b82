package dev.tandem.server.code.search;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The pieces of three bytes by which text is found. Text is folded first, so that whatever a search takes for the same
 * letter is the same piece: ASCII capitals are small letters, and so are the two other letters that regular expressions
 * take for an ASCII one when case does not matter (the Kelvin sign is a k, the long s an s). Not for use by several threads
 * at a time.
 */
final class Trigrams {
    /** Behind the text stand two of these, so that its last bytes begin a piece, too. */
    private static final byte END = '\n';

    private final BitSet seen = new BitSet(1 << 24);
    private int[] found = new int[1024];

    /** Each piece once, in no order: three bytes in the lower bits. Valid until the next call. */
    int[] of(byte[] text) {
        byte[] folded = fold(text, 2);
        int count = 0;
        for (int i = 0; i + 2 < folded.length; i++) {
            int piece = (folded[i] & 0xff) << 16 | (folded[i + 1] & 0xff) << 8 | (folded[i + 2] & 0xff);
            if (!seen.get(piece)) {
                seen.set(piece);
                if (count == found.length) {
                    found = Arrays.copyOf(found, count * 2);
                }
                found[count++] = piece;
            }
        }
        for (int i = 0; i < count; i++) {
            seen.clear(found[i]);
        }
        return Arrays.copyOf(found, count);
    }

    static byte[] fold(byte[] text) {
        return fold(text, 0);
    }

    private static byte[] fold(byte[] text, int ends) {
        byte[] folded = new byte[text.length + ends];
        int to = 0;
        for (int i = 0; i < text.length; i++) {
            byte at = text[i];
            if (at >= 'A' && at <= 'Z') {
                folded[to++] = (byte) (at + ('a' - 'A'));
            } else if (stands(text, i, 0xe2, 0x84, 0xaa)) {
                folded[to++] = 'k';
                i += 2;
            } else if (stands(text, i, 0xc5, 0xbf)) {
                folded[to++] = 's';
                i++;
            } else {
                folded[to++] = at;
            }
        }
        Arrays.fill(folded, to, to + ends, END);
        return Arrays.copyOf(folded, to + ends);
    }

    private static boolean stands(byte[] text, int at, int... bytes) {
        if ((text[at] & 0xff) != bytes[0] || at + bytes.length > text.length) {
            return false;
        }
        for (int i = 1; i < bytes.length; i++) {
            if ((text[at + i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
