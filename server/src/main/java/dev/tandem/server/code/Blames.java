package dev.tandem.server.code;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.blame.BlameGenerator;
import org.eclipse.jgit.lib.Repository;
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
        return repositories.with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<RevCommit> commit = Revisions.exact(walk, sha);
                return commit.isEmpty() || !Revisions.possiblePath(path)
                        ? Optional.empty()
                        : blame(repository, commit.get(), path, patience);
            }
        });
    }

    private static Optional<Blame> blame(Repository repository, RevCommit commit, String path, Duration patience)
            throws IOException {
        List<Part> parts = new ArrayList<>();
        Map<RevCommit, Commit> described = new HashMap<>();
        boolean complete = true;
        try (Repository timed = new TimedRepository(repository, patience);
                BlameGenerator generator = new BlameGenerator(timed, path)) {
            generator.push(null, commit);
            while (generator.next()) {
                RevCommit source = generator.getSourceCommit();
                parts.add(new Part(
                        generator.getResultStart(),
                        generator.getRegionLength(),
                        described.computeIfAbsent(source, Revisions::describe)));
            }
        } catch (TimedRepository.TimeIsUpException e) {
            complete = false;
        }
        parts.sort(Comparator.comparingInt(Part::first));
        return complete && parts.isEmpty() ? Optional.empty() : Optional.of(new Blame(parts, complete));
    }
}
