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
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.TreeRevFilter;
import org.eclipse.jgit.revwalk.filter.AndRevFilter;
import org.eclipse.jgit.revwalk.filter.CommitTimeRevFilter;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.springframework.stereotype.Component;

/** Who changed what when. Blocks on the disk; safe for use by many threads. */
@Component
public final class History {
    private static final Duration PATIENCE_WITH_LAST = Duration.ofSeconds(20);
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
     * @return empty when there is none, or it was not found in 20 seconds
     */
    public Optional<Commit> last(long projectId, String sha, String path) {
        Query query = Query.of(sha).touching(path);
        return search(projectId, query, Words.ANY, 0, 1, PATIENCE_WITH_LAST).commits().stream()
                .findFirst();
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
        Patience watch = new Patience(System.nanoTime() + patience.toNanos());
        Repositories.Work<Found> work = repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<RevCommit> start = Revisions.exact(walk, query.sha());
                if (start.isEmpty()) {
                    return Optional.empty();
                }
                walk.setRetainBody(!words.isEmpty());
                walk.markStart(start.get());
                walk.sort(RevSort.COMMIT_TIME_DESC);
                walk.setRevFilter(AndRevFilter.create(filters(walk, query, words, watch)));
                Slice<Commit> found = slice(walk, offset, limit);
                return Optional.of(new Found(found.items(), found.total() > offset + limit, watch.stoppedAt));
            }
        };
        boolean quick = query.path().isEmpty() && words.isEmpty() && offset + limit <= QUICK_COMMITS;
        return (quick ? repositories.with(projectId, work) : repositories.walk(projectId, work))
                .orElse(new Found(List.of(), false, Optional.empty()));
    }

    /** The cheapest first; the first one ends the walk. What was left out by a tree filter of the walk itself would never be asked about the time. */
    private static List<RevFilter> filters(RevWalk walk, Query query, Words words, Patience watch) {
        List<RevFilter> filters = new ArrayList<>(List.of(watch));
        if (query.since().isPresent() || query.until().isPresent()) {
            Date since = Date.from(query.since().orElse(Instant.EPOCH));
            Date until = Date.from(query.until().orElse(Instant.ofEpochSecond(Integer.MAX_VALUE)));
            filters.add(CommitTimeRevFilter.between(since, until));
        }
        if (!query.path().isEmpty() && Revisions.possiblePath(query.path())) {
            // A commit's parents stay its own, and looking for others would take as long again.
            walk.setRewriteParents(false);
            filters.add(new MayTouch(new ChangedPath(query.path())));
            filters.add(new TreeRevFilter(
                    walk, AndTreeFilter.create(PathFilterGroup.createFromStrings(query.path()), TreeFilter.ANY_DIFF)));
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

    /** Leaves out what the commit graph knows to have left a path alone, before the next filter opens two trees for it. Merges are for that one. */
    private static final class MayTouch extends RevFilter {
        private final ChangedPath path;

        MayTouch(ChangedPath path) {
            this.path = path;
        }

        @Override
        public boolean include(RevWalk walk, RevCommit commit) {
            return commit.getParentCount() != 1 || !path.isSameAsInParent(walk, commit);
        }

        @Override
        public boolean requiresCommitBody() {
            return false;
        }

        @Override
        public RevFilter clone() {
            return new MayTouch(path);
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
                        return Optional.of(slice(walk, 0, limit).items());
                    }
                })
                .orElse(List.of());
    }

    private static Slice<Commit> slice(RevWalk walk, int offset, int limit) throws IOException {
        List<Commit> commits = new ArrayList<>();
        int seen = 0;
        for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
            seen++;
            if (seen > offset + limit) {
                break;
            }
            if (seen > offset) {
                walk.parseBody(commit);
                commits.add(Revisions.describe(commit));
            }
        }
        return new Slice<>(commits, seen);
    }
}
