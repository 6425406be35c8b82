package dev.tandem.server.code;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Remembers which commits last changed the entries of folders; the least asked for goes first. Safe for use by many threads. */
final class LastCommitMemory {
    /** Some 10 MB. */
    private static final int MOST_ENTRIES = 50_000;

    private final Map<Key, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);
    private int entries;

    record Key(long projectId, String sha, String folder) {
        /** The same folder at another commit. */
        Key at(String otherSha) {
            return new Key(projectId, otherSha, folder);
        }
    }

    /**
     * What a walk found.
     *
     * @param shas from an entry's name to a commit
     * @param patience how long the walk was let go on
     */
    record Answer(Map<String, String> shas, boolean complete, Duration patience) {
        Answer {
            shas = Map.copyOf(shas);
        }
    }

    synchronized Optional<Answer> find(Key key) {
        return Optional.ofNullable(answers.get(key));
    }

    synchronized void keep(Key key, Answer answer) {
        Answer before = answers.put(key, answer);
        entries += weight(answer) - (before == null ? 0 : weight(before));
        Iterator<Answer> eldest = answers.values().iterator();
        while (entries > MOST_ENTRIES && eldest.hasNext()) {
            entries -= weight(eldest.next());
            eldest.remove();
        }
    }

    private static int weight(Answer answer) {
        return answer.shas().size() + 1;
    }
}
