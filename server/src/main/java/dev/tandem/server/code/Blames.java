package dev.tandem.server.code;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.springframework.stereotype.Component;

/** Who wrote which line of a file. Blocks on the disk; safe for use by many threads. */
@Component
public final class Blames {
    private final Repositories repositories;

    Blames(Repositories repositories) {
        this.repositories = repositories;
    }

    /**
     * Lines that came with one commit.
     *
     * @param first counted from 0
     */
    public record Part(int first, int lines, Commit commit) {}

    /**
     * The parts of a file.
     *
     * @param parts by their lines; lines whose commit was not found in time are in none
     */
    public record Blame(List<Part> parts, boolean complete) {
        public Blame {
            parts = List.copyOf(parts);
        }
    }

    /**
     * @param patience how long to look at most
     * @return empty when there is no such commit or file
     */
    public Optional<Blame> of(long projectId, String sha, String path, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        return repositories.walk(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<RevCommit> commit = Revisions.exact(walk, sha);
                return commit.isEmpty() || !Revisions.possiblePath(path)
                        ? Optional.empty()
                        : new BlameWalk(repository, walk, deadline).run(commit.get(), path);
            }
        });
    }
}
