package dev.tandem.server.code.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/** Files that may hold something, one batch after the other; valid as long as the view it came from. For one thread. */
public final class Candidates {
    /**
     * One file.
     *
     * @param blob sha of its content
     */
    public record File(long projectId, String path, String blob) {}

    private final @Nullable Weight weight;
    private final Iterator<LeafReaderContext> leaves;
    private @Nullable Leaf leaf;

    Candidates(@Nullable DirectoryReader reader, Query query) throws IOException {
        if (reader == null) {
            weight = null;
            leaves = List.<LeafReaderContext>of().iterator();
        } else {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setQueryCache(null);
            weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
            leaves = reader.leaves().iterator();
        }
    }

    /**
     * The next ones; none at the end.
     *
     * @throws IndexDamagedException when the index cannot be read
     */
    public List<File> next(int most) throws IOException {
        List<File> files = new ArrayList<>();
        try {
            while (files.size() < most && (leaf != null || advance())) {
                if (leaf != null && !leaf.read(files, most)) {
                    leaf = null;
                }
            }
        } catch (IOException | RuntimeException e) {
            throw TextIndex.told(e);
        }
        return files;
    }

    private boolean advance() throws IOException {
        while (leaf == null && weight != null && leaves.hasNext()) {
            LeafReaderContext context = leaves.next();
            Scorer scorer = weight.scorer(context);
            if (scorer != null) {
                leaf = new Leaf(
                        scorer.iterator(),
                        context.reader().getLiveDocs(),
                        DocValues.getNumeric(context.reader(), Fields.PROJECT_VALUE),
                        DocValues.getBinary(context.reader(), Fields.PATH_VALUE),
                        DocValues.getBinary(context.reader(), Fields.BLOB_VALUE));
            }
        }
        return leaf != null;
    }

    /** What is left of one segment. */
    private record Leaf(
            DocIdSetIterator found,
            @Nullable Bits live,
            NumericDocValues projects,
            BinaryDocValues paths,
            BinaryDocValues blobs) {
        /** @return false at its end */
        boolean read(List<File> files, int most) throws IOException {
            while (files.size() < most) {
                int at = found.nextDoc();
                if (at == DocIdSetIterator.NO_MORE_DOCS) {
                    return false;
                }
                if ((live == null || live.get(at))
                        && projects.advanceExact(at)
                        && paths.advanceExact(at)
                        && blobs.advanceExact(at)) {
                    files.add(new File(
                            projects.longValue(),
                            paths.binaryValue().utf8ToString(),
                            blobs.binaryValue().utf8ToString()));
                }
            }
            return true;
        }
    }
}
