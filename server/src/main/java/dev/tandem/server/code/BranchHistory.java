package dev.tandem.server.code;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.springframework.stereotype.Component;

/** How branches stand to the default branch. Blocks on the disk; safe for use by many threads. */
@Component
public final class BranchHistory {
    /** Counting on costs time and tells nobody more. */
    public static final int MOST_COUNTED = 1000;

    private static final int MOST_BRANCHES = 20_000;

    /** Clocks of those who commit differ; a commit may look older than its parent by this. */
    private static final int CLOCK_SKEW_SECONDS = 86_400;

    private final Repositories repositories;

    BranchHistory(Repositories repositories) {
        this.repositories = repositories;
    }

    /**
     * How many commits one of two has and the other has not; each at most {@link #MOST_COUNTED}, which then means "or more".
     */
    public record Divergence(int ahead, int behind) {}

    /**
     * How each of these commits stands to {@code base}; those that do not exist are left out, and those for which no time was
     * left.
     *
     * @param patience how long to count at most, but for the one that is being counted
     */
    public Map<String, Divergence> divergence(long projectId, String base, List<String> tips, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        return repositories
                .with(projectId, repository -> {
                    Map<String, Divergence> found = new HashMap<>();
                    try (RevWalk walk = new RevWalk(repository)) {
                        walk.setRetainBody(false);
                        for (String tip : tips) {
                            if (System.nanoTime() > deadline) {
                                break;
                            }
                            Optional<RevCommit> one = Revisions.exact(walk, tip);
                            Optional<RevCommit> other = Revisions.exact(walk, base);
                            if (one.isPresent() && other.isPresent()) {
                                found.put(
                                        tip,
                                        new Divergence(
                                                count(walk, one.get(), other.get()),
                                                count(walk, other.get(), one.get())));
                            }
                        }
                    }
                    return Optional.of(found);
                })
                .orElse(Map.of());
    }

    /** Of these commits those that {@code base} has. */
    public Set<String> contained(long projectId, String base, List<String> tips) {
        return repositories
                .with(projectId, repository -> {
                    try (RevWalk walk = new RevWalk(repository)) {
                        return Optional.of(contained(walk, base, tips));
                    }
                })
                .orElse(Set.of());
    }

    /** Branches whose commits the default branch has, by name, with the commit they lead to; not the default branch itself. */
    public Map<String, String> merged(Project project) {
        return repositories
                .with(project.id(), repository -> {
                    Map<String, String> tips = tips(repository);
                    String base = tips.remove(project.defaultBranch());
                    if (base == null) {
                        return Optional.empty();
                    }
                    try (RevWalk walk = new RevWalk(repository)) {
                        Set<String> contained = contained(walk, base, new ArrayList<>(tips.values()));
                        Map<String, String> merged = new TreeMap<>(tips);
                        merged.values().retainAll(contained);
                        return Optional.of(merged);
                    }
                })
                .orElse(Map.of());
    }

    private static Map<String, String> tips(Repository repository) throws IOException {
        Map<String, String> tips = new LinkedHashMap<>();
        for (Ref ref : repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS)) {
            if (tips.size() < MOST_BRANCHES) {
                tips.put(
                        ref.getName().substring(Constants.R_HEADS.length()),
                        Objects.requireNonNull(ref.getObjectId()).name());
            }
        }
        return tips;
    }

    /** One walk for all of them, which ends when all are found or nothing so old is left. */
    private static Set<String> contained(RevWalk walk, String base, List<String> tips) throws IOException {
        Set<String> contained = new java.util.HashSet<>();
        Set<ObjectId> open = new java.util.HashSet<>();
        int oldest = Integer.MAX_VALUE;
        walk.setRetainBody(false);
        for (String tip : tips) {
            Optional<RevCommit> commit = Revisions.exact(walk, tip);
            if (commit.isPresent()) {
                open.add(commit.get());
                oldest = Math.min(oldest, commit.get().getCommitTime());
            }
        }
        Optional<RevCommit> start = Revisions.exact(walk, base);
        if (start.isEmpty() || open.isEmpty()) {
            return contained;
        }
        walk.markStart(start.get());
        walk.sort(RevSort.COMMIT_TIME_DESC);
        for (RevCommit commit = walk.next(); commit != null && !open.isEmpty(); commit = walk.next()) {
            if (open.remove(commit)) {
                contained.add(commit.name());
            }
            if (commit.getCommitTime() < oldest - CLOCK_SKEW_SECONDS) {
                break;
            }
        }
        return contained;
    }

    private static int count(RevWalk walk, RevCommit has, RevCommit hasNot) throws IOException {
        walk.reset();
        walk.markStart(has);
        walk.markUninteresting(hasNot);
        int count = 0;
        while (count < MOST_COUNTED && walk.next() != null) {
            count++;
        }
        return count;
    }
}
