package dev.tandem.server.code;

import java.util.List;
import org.eclipse.jgit.diff.Edit;

/**
 * Lines next to each other, on their way back through history.
 *
 * @param result the first of them in the file in question, counted from 0
 * @param source the first of them in the version they were followed to
 */
record BlameLines(int result, int source, int count) {

    /**
     * Adds to {@code older} the lines that an older version has as well, as they stand there, and to {@code newer} the
     * others.
     *
     * @param edits from the older version to the one of {@code source}, in order
     */
    void split(List<Edit> edits, List<BlameLines> older, List<BlameLines> newer) {
        int end = source + count;
        int at = source;
        int shift = 0;
        for (Edit edit : edits) {
            if (edit.getBeginB() >= end) {
                break;
            }
            if (edit.getBeginB() > at) {
                add(older, at, edit.getBeginB(), shift);
                at = edit.getBeginB();
            }
            if (edit.getEndB() > at) {
                int stop = Math.min(end, edit.getEndB());
                add(newer, at, stop, 0);
                at = stop;
            }
            shift = edit.getEndA() - edit.getEndB();
        }
        add(older, at, end, shift);
    }

    private void add(List<BlameLines> lines, int from, int to, int shift) {
        if (from < to) {
            lines.add(new BlameLines(result + from - source, from + shift, to - from));
        }
    }
}
