package dev.tandem.server.code.search;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/** From what is needed to a query of the index. What would make the query too large is left out: candidates are only more then. */
final class Queries {
    /** More pieces of one text hardly make candidates fewer. */
    private static final int MOST_PIECES = 16;

    private static final int MOST_PARTS = 600;

    private int parts;

    private Queries() {}

    static Query of(Needed needed, Set<Long> projects) {
        return new BooleanQuery.Builder()
                .add(
                        new TermInSetQuery(
                                Fields.PROJECT,
                                projects.stream()
                                        .map(id -> new BytesRef(Long.toString(id)))
                                        .toList()),
                        Occur.FILTER)
                .add(new Queries().query(needed), Occur.FILTER)
                .build();
    }

    private Query query(Needed needed) {
        return switch (needed) {
            case Needed.Text(String text) -> text(Trigrams.fold(text.getBytes(StandardCharsets.UTF_8)));
            case Needed.All(var all) when all.isEmpty() -> MatchAllDocsQuery.INSTANCE;
            case Needed.All(var all) -> {
                BooleanQuery.Builder each = new BooleanQuery.Builder();
                all.forEach(part -> each.add(query(part), Occur.FILTER));
                yield each.build();
            }
            case Needed.Any(var any) -> {
                BooleanQuery.Builder one = new BooleanQuery.Builder();
                any.forEach(part -> one.add(query(part), Occur.SHOULD));
                yield one.build();
            }
        };
    }

    private Query text(byte[] folded) {
        if (folded.length == 0 || parts >= MOST_PARTS) {
            return MatchAllDocsQuery.INSTANCE;
        }
        if (folded.length < 3) {
            parts++;
            return new PrefixQuery(new Term(Fields.TEXT, new BytesRef(folded)));
        }
        BooleanQuery.Builder pieces = new BooleanQuery.Builder();
        int all = folded.length - 2;
        int taken = Math.min(all, MOST_PIECES);
        for (int i = 0; i < taken; i++) {
            int at = taken == 1 ? 0 : (int) ((long) i * (all - 1) / (taken - 1));
            pieces.add(new TermQuery(new Term(Fields.TEXT, new BytesRef(folded, at, 3))), Occur.FILTER);
            parts++;
        }
        return pieces.build();
    }
}
