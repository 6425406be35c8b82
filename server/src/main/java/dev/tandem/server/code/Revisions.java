package dev.tandem.server.code;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;

/** From names to commits. JGit's own resolver also takes expressions that walk far and search messages; ours does not. */
final class Revisions {
    private static final Pattern SHA = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHORT_SHA = Pattern.compile("[0-9a-f]{7,40}");

    private Revisions() {}

    static Optional<RevCommit> commit(Repository repository, RevWalk walk, String refOrSha) throws IOException {
        for (String name : names(refOrSha)) {
            Ref ref = Repository.isValidRefName(name) || name.equals(Constants.HEAD) ? repository.exactRef(name) : null;
            if (ref != null && ref.getObjectId() != null) {
                return peel(walk, ref.getObjectId());
            }
        }
        if (SHA.matcher(refOrSha).matches()) {
            return exact(walk, refOrSha);
        }
        return SHORT_SHA.matcher(refOrSha).matches() ? abbreviated(walk, refOrSha) : Optional.empty();
    }

    /** The commit with exactly this sha. */
    static Optional<RevCommit> exact(RevWalk walk, String sha) throws IOException {
        return SHA.matcher(sha).matches() ? peel(walk, ObjectId.fromString(sha)) : Optional.empty();
    }

    /** What an object leads to when annotations are taken off; empty when it is missing or leads to no commit. */
    static Optional<RevCommit> peel(RevWalk walk, ObjectId id) throws IOException {
        try {
            RevObject object = walk.peel(walk.parseAny(id));
            return object instanceof RevCommit commit ? Optional.of(commit) : Optional.empty();
        } catch (MissingObjectException | IncorrectObjectTypeException e) {
            return Optional.empty();
        }
    }

    static Commit describe(RevCommit commit) {
        PersonIdent author = Objects.requireNonNullElse(commit.getAuthorIdent(), NOBODY);
        PersonIdent committer = Objects.requireNonNullElse(commit.getCommitterIdent(), NOBODY);
        return new Commit(
                commit.name(),
                author.getName(),
                author.getEmailAddress(),
                author.getWhenAsInstant(),
                committer.getName(),
                committer.getEmailAddress(),
                committer.getWhenAsInstant(),
                commit.getShortMessage(),
                commit.getFullMessage(),
                List.of(commit.getParents()).stream().map(RevCommit::name).toList());
    }

    /** Whether a path could stand in a tree; JGit throws on others. */
    static boolean possiblePath(String path) {
        return !path.isEmpty() && !path.startsWith("/") && !path.endsWith("/") && !path.contains("//");
    }

    static boolean isFile(FileMode mode) {
        return (mode.getBits() & FileMode.TYPE_MASK) == FileMode.TYPE_FILE;
    }

    private static final PersonIdent NOBODY =
            new PersonIdent("unknown", "", java.time.Instant.EPOCH, java.time.ZoneOffset.UTC);

    private static List<String> names(String refOrSha) {
        if (refOrSha.equals(Constants.HEAD) || refOrSha.startsWith(Constants.R_REFS)) {
            return List.of(refOrSha);
        }
        return List.of(Constants.R_HEADS + refOrSha, Constants.R_TAGS + refOrSha);
    }

    private static Optional<RevCommit> abbreviated(RevWalk walk, String digits) throws IOException {
        Collection<ObjectId> candidates = walk.getObjectReader().resolve(AbbreviatedObjectId.fromString(digits));
        RevCommit only = null;
        for (ObjectId candidate : candidates) {
            Optional<RevCommit> commit = peel(walk, candidate);
            if (commit.isPresent() && only != null) {
                return Optional.empty();
            }
            only = commit.orElse(only);
        }
        return Optional.ofNullable(only);
    }
}
