package dev.tandem.server.code.search;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.BytesTermAttribute;
import org.apache.lucene.util.BytesRef;

/** Hands pieces to the index. */
final class TrigramStream extends TokenStream {
    private final BytesTermAttribute term = addAttribute(BytesTermAttribute.class);
    private final BytesRef bytes = new BytesRef(new byte[3]);
    private final int[] pieces;
    private int next;

    TrigramStream(int[] pieces) {
        this.pieces = pieces;
    }

    @Override
    public boolean incrementToken() {
        if (next == pieces.length) {
            return false;
        }
        int piece = pieces[next++];
        bytes.bytes[0] = (byte) (piece >> 16);
        bytes.bytes[1] = (byte) (piece >> 8);
        bytes.bytes[2] = (byte) piece;
        term.setBytesRef(bytes);
        return true;
    }
}
