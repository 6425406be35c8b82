package dev.tandem.server.code;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jgit.errors.StopWalkException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.AndRevFilter;
import org.eclipse.jgit.revwalk.filter.CommitTimeRevFilter;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who changed what when. Blocks on the disk; safe for use by many threads. */
@Component
public final class History {
    private static final int QUICK_COMMITS = 1000;

    private final Repositories repositories;

    History(Repositories repositories) {
        this.repositories = repositories;
    }

    /**
     * Which commits to list.
     *
     * @param path only those that changed this file or folder; empty for all
     */
    public record Query(String sha, String path, Optional<Instant> since, Optional<Instant> until) {
        /** All that led to a commit. */
        public static Query of(String sha) {
            return new Query(sha, "", Optional.empty(), Optional.empty());
        }

        public Query touching(String file) {
            return new Query(sha, file, since, until);
        }
    }

    /**
     * The commit that last changed a file.
     *
     * @param patience how long to look at most
     * @return empty when there is none, or it was not found in time
     */
    public Optional<Commit> last(long projectId, String sha, String path, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        return repositories.walk(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<RevCommit> start = Revisions.exact(walk, sha);
                if (start.isEmpty() || !Revisions.possiblePath(path)) {
                    return Optional.empty();
                }
                walk.setRetainBody(false);
                Optional<RevCommit> last =
                        last(walk, start.get(), path, LastCommitIndex.of(repository, path), deadline);
                if (last.isPresent()) {
                    walk.parseBody(last.get());
                }
                return last.map(Revisions::describe);
            }
        });
    }

    /** What an index knows holds from its commit on: nothing before it is looked at. */
    private static Optional<RevCommit> last(
            RevWalk walk, RevCommit start, String path, Optional<LastCommitIndex.Known> known, long deadline)
            throws IOException {
        ObjectId indexed = known.map(LastCommitIndex.Known::at).orElse(null);
        RevCommit last = new PathHistory(walk, start, path, Long.MAX_VALUE, deadline, indexed).next();
        return last != null && last.equals(indexed)
                ? Optional.of(walk.parseCommit(known.orElseThrow().lastChange()))
                : Optional.ofNullable(last);
    }

    /**
     * What a commit must say, whatever the case.
     *
     * @param message part of its message; empty for any
     * @param author part of its author's name or address; empty for any
     */
    public record Words(String message, String author) {
        public static final Words ANY = new Words("", "");

        public Words {
            message = message.toLowerCase(Locale.ROOT);
            author = author.toLowerCase(Locale.ROOT);
        }

        public boolean isEmpty() {
            return message.isEmpty() && author.isEmpty();
        }

        boolean standIn(RevCommit commit) {
            PersonIdent ident = commit.getAuthorIdent();
            return (message.isEmpty()
                            || commit.getFullMessage().toLowerCase(Locale.ROOT).contains(message))
                    && (author.isEmpty()
                            || (ident != null
                                    && (ident.getName() + " <" + ident.getEmailAddress() + ">")
                                            .toLowerCase(Locale.ROOT)
                                            .contains(author)));
        }
    }

    /**
     * Commits that were looked for.
     *
     * @param stoppedAt time of the commit at which patience ended, which is the {@code until} of who wants to go on; empty when all that was asked for
     *     was looked at
     */
    public record Found(List<Commit> commits, boolean more, Optional<Instant> stoppedAt) {
        public Found {
            commits = List.copyOf(commits);
        }
    }

    /**
     * Those that touch the path and say something, newest first.
     *
     * @param patience how long to look at most
     */
    public Found search(long projectId, Query query, Words words, int offset, int limit, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean ofPath = !query.path().isEmpty() && Revisions.possiblePath(query.path());
        Repositories.Work<Found> work = repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<RevCommit> start = Revisions.exact(walk, query.sha());
                if (start.isEmpty()) {
                    return Optional.empty();
                }
                Part part = new Part(offset, limit);
                return Optional.of(
                        ofPath
                                ? ofPath(walk, start.get(), query, words, part, deadline)
                                : ofAll(walk, start.get(), query, words, part, deadline));
            }
        };
        boolean quick = !ofPath && words.isEmpty() && offset + limit <= QUICK_COMMITS;
        return (quick ? repositories.with(projectId, work) : repositories.walk(projectId, work))
                .orElse(new Found(List.of(), false, Optional.empty()));
    }

    private record Part(int offset, int limit) {}

    /** One commit after the other; null at the end. */
    private interface Commits {
        @Nullable
        RevCommit next() throws IOException;
    }

    private static Found ofPath(RevWalk walk, RevCommit start, Query query, Words words, Part part, long deadline)
            throws IOException {
        walk.setRetainBody(false);
        long since = query.since().map(Instant::getEpochSecond).orElse(Long.MIN_VALUE);
        long until = query.until().map(Instant::getEpochSecond).orElse(Long.MAX_VALUE);
        PathHistory history = new PathHistory(walk, start, query.path(), until, deadline);
        Slice<Commit> found = slice(
                walk,
                () -> {
                    RevCommit commit = history.next();
                    while (commit != null && (commit.getCommitTime() < since || !says(walk, commit, words))) {
                        commit = history.next();
                    }
                    return commit;
                },
                part);
        return found(found, part, history.stoppedAt());
    }

    private static boolean says(RevWalk walk, RevCommit commit, Words words) throws IOException {
        if (words.isEmpty()) {
            return true;
        }
        walk.parseBody(commit);
        return words.standIn(commit);
    }

    private static Found ofAll(RevWalk walk, RevCommit start, Query query, Words words, Part part, long deadline)
            throws IOException {
        Patience watch = new Patience(deadline);
        walk.setRetainBody(!words.isEmpty());
        walk.markStart(start);
        walk.sort(RevSort.COMMIT_TIME_DESC);
        walk.setRevFilter(AndRevFilter.create(filters(query, words, watch)));
        return found(slice(walk, walk::next, part), part, watch.stoppedAt);
    }

    private static Found found(Slice<Commit> slice, Part part, Optional<Instant> stoppedAt) {
        return new Found(slice.items(), slice.total() > part.offset() + part.limit(), stoppedAt);
    }

    private static List<RevFilter> filters(Query query, Words words, Patience watch) {
        List<RevFilter> filters = new ArrayList<>(List.of(watch));
        if (query.since().isPresent() || query.until().isPresent()) {
            Date since = Date.from(query.since().orElse(Instant.EPOCH));
            Date until = Date.from(query.until().orElse(Instant.ofEpochSecond(Integer.MAX_VALUE)));
            filters.add(CommitTimeRevFilter.between(since, until));
        }
        filters.add(new Saying(words));
        return filters;
    }

    /** Takes all commits until the time is over. For one walk. */
    private static final class Patience extends RevFilter {
        private final long deadline;
        private Optional<Instant> stoppedAt = Optional.empty();

        Patience(long deadline) {
            this.deadline = deadline;
        }

        @Override
        public boolean include(RevWalk walk, RevCommit commit) {
            if (System.nanoTime() > deadline) {
                stoppedAt = Optional.of(Instant.ofEpochSecond(commit.getCommitTime()));
                throw StopWalkException.INSTANCE;
            }
            return true;
        }

        @Override
        public boolean requiresCommitBody() {
            return false;
        }

        @Override
        public RevFilter clone() {
            return new Patience(deadline);
        }
    }

    /** Takes the commits that say something. */
    private static final class Saying extends RevFilter {
        private final Words words;

        Saying(Words words) {
            this.words = words;
        }

        @Override
        public boolean include(RevWalk walk, RevCommit commit) {
            return words.isEmpty() || words.standIn(commit);
        }

        @Override
        public boolean requiresCommitBody() {
            return !words.isEmpty();
        }

        @Override
        public RevFilter clone() {
            return new Saying(words);
        }
    }

    /** What {@code newer} has and {@code older} has not, newest first, at most {@code limit}. */
    public List<Commit> between(long projectId, String older, String newer, int limit) {
        return repositories
                .with(projectId, repository -> {
                    try (RevWalk walk = new RevWalk(repository)) {
                        Optional<RevCommit> from = Revisions.exact(walk, older);
                        Optional<RevCommit> to = Revisions.exact(walk, newer);
                        if (from.isEmpty() || to.isEmpty()) {
                            return Optional.empty();
                        }
                        walk.markStart(to.get());
                        walk.markUninteresting(from.get());
                        return Optional.of(
                                slice(walk, walk::next, new Part(0, limit)).items());
                    }
                })
                .orElse(List.of());
    }

    private static Slice<Commit> slice(RevWalk walk, Commits commits, Part part) throws IOException {
        List<Commit> items = new ArrayList<>();
        int seen = 0;
        for (RevCommit commit = commits.next(); commit != null; commit = commits.next()) {
            seen++;
            if (seen > part.offset() + part.limit()) {
                break;
            }
            if (seen > part.offset()) {
                walk.parseBody(commit);
                items.add(Revisions.describe(commit));
            }
        }
        return new Slice<>(items, seen);
    }
}
