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

    /** Newest first. */
    public Slice<Commit> list(long projectId, Query query, int offset, int limit) {
        return repositories
                .with(projectId, repository -> {
                    try (RevWalk walk = new RevWalk(repository)) {
                        Optional<RevCommit> start = Revisions.exact(walk, query.sha());
                        if (start.isEmpty()) {
                            return Optional.empty();
                        }
                        walk.markStart(start.get());
                        walk.sort(RevSort.COMMIT_TIME_DESC);
                        filter(walk, query);
                        return Optional.of(slice(walk, offset, limit));
                    }
                })
                .orElse(new Slice<>(List.of(), 0));
    }

    /**
     * What a commit must say, whatever the case.
     *
     * @param message part of its message; empty for any
     * @param author part of its author's name or address; empty for any
     */
    public record Words(String message, String author) {
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
     * @param stoppedAt time of the commit at which patience ended; empty when all that was asked for was looked at
     */
    public record Found(List<Commit> commits, boolean more, Optional<Instant> stoppedAt) {
        public Found {
            commits = List.copyOf(commits);
        }
    }

    /**
     * Those that say something, newest first.
     *
     * @param patience how long to look at most
     */
    public Found search(long projectId, Query query, Words words, int offset, int limit, Duration patience) {
        return repositories
                .with(projectId, repository -> {
                    try (RevWalk walk = new RevWalk(repository)) {
                        Optional<RevCommit> start = Revisions.exact(walk, query.sha());
                        if (start.isEmpty()) {
                            return Optional.empty();
                        }
                        walk.markStart(start.get());
                        walk.sort(RevSort.COMMIT_TIME_DESC);
                        filter(walk, query);
                        Saying saying = new Saying(words, System.nanoTime() + patience.toNanos());
                        walk.setRevFilter(
                                walk.getRevFilter().equals(RevFilter.ALL)
                                        ? saying
                                        : AndRevFilter.create(walk.getRevFilter(), saying));
                        Slice<Commit> found = slice(walk, offset, limit);
                        return Optional.of(new Found(found.items(), found.total() > offset + limit, saying.stoppedAt));
                    }
                })
                .orElse(new Found(List.of(), false, Optional.empty()));
    }

    /** Takes the commits that say something, until the time is over. For one walk. */
    private static final class Saying extends RevFilter {
        private final Words words;
        private final long deadline;
        private Optional<Instant> stoppedAt = Optional.empty();

        Saying(Words words, long deadline) {
            this.words = words;
            this.deadline = deadline;
        }

        @Override
        public boolean include(RevWalk walk, RevCommit commit) {
            if (System.nanoTime() > deadline) {
                stoppedAt = Optional.of(Instant.ofEpochSecond(commit.getCommitTime()));
                throw StopWalkException.INSTANCE;
            }
            return words.standIn(commit);
        }

        @Override
        public boolean requiresCommitBody() {
            return true;
        }

        @Override
        public RevFilter clone() {
            return new Saying(words, deadline);
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

    private static void filter(RevWalk walk, Query query) {
        if (!query.path().isEmpty() && Revisions.possiblePath(query.path())) {
            // A commit's parents stay its own, and looking for others would take as long again.
            walk.setRewriteParents(false);
            walk.setTreeFilter(
                    AndTreeFilter.create(PathFilterGroup.createFromStrings(query.path()), TreeFilter.ANY_DIFF));
        }
        if (query.since().isPresent() || query.until().isPresent()) {
            Date since = Date.from(query.since().orElse(Instant.EPOCH));
            Date until = Date.from(query.until().orElse(Instant.ofEpochSecond(Integer.MAX_VALUE)));
            RevFilter between = CommitTimeRevFilter.between(since, until);
            walk.setRevFilter(between);
        }
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
