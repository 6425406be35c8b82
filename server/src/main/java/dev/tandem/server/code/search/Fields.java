package dev.tandem.server.code.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/** The documents of the index: one for each file, and one for each project that says which commit its files are of. */
final class Fields {
    static final String PROJECT = "project";
    static final String KEY = "key";
    static final String TEXT = "text";
    static final String STATE = "state";
    static final String PROJECT_VALUE = "projectValue";
    static final String PATH_VALUE = "pathValue";
    static final String BLOB_VALUE = "blobValue";
    private static final String STATE_VALUE = "stateValue";
    private static final String SHA_VALUE = "shaValue";
    private static final FieldType PIECES = pieces();

    private Fields() {}

    static Document file(long projectId, String path, BytesRef key, String blob, TrigramStream text) {
        Document file = new Document();
        file.add(new StringField(PROJECT, Long.toString(projectId), Field.Store.NO));
        file.add(new StringField(KEY, key, Field.Store.NO));
        file.add(new NumericDocValuesField(PROJECT_VALUE, projectId));
        file.add(new BinaryDocValuesField(PATH_VALUE, new BytesRef(path)));
        file.add(new BinaryDocValuesField(BLOB_VALUE, ascii(blob)));
        file.add(new Field(TEXT, text, PIECES));
        return file;
    }

    static Document state(long projectId, String sha) {
        Document state = new Document();
        state.add(new StringField(STATE, Long.toString(projectId), Field.Store.NO));
        state.add(new NumericDocValuesField(STATE_VALUE, projectId));
        state.add(new BinaryDocValuesField(SHA_VALUE, ascii(sha)));
        return state;
    }

    static void states(LeafReader leaf, Map<Long, String> into) throws IOException {
        NumericDocValues projects = leaf.getNumericDocValues(STATE_VALUE);
        BinaryDocValues shas = leaf.getBinaryDocValues(SHA_VALUE);
        Bits live = leaf.getLiveDocs();
        if (projects == null || shas == null) {
            return;
        }
        for (int at = projects.nextDoc(); at != DocIdSetIterator.NO_MORE_DOCS; at = projects.nextDoc()) {
            if ((live == null || live.get(at)) && shas.advanceExact(at)) {
                into.put(projects.longValue(), shas.binaryValue().utf8ToString());
            }
        }
    }

    private static BytesRef ascii(String text) {
        return new BytesRef(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static FieldType pieces() {
        FieldType type = new FieldType();
        type.setTokenized(true);
        type.setOmitNorms(true);
        type.setIndexOptions(IndexOptions.DOCS);
        type.freeze();
        return type;
    }
}
