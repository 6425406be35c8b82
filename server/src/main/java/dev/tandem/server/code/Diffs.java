package dev.tandem.server.code;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.Edit;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.patch.FileHeader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.springframework.stereotype.Component;

/**
 * Differences between commits, bounded so that no push can make a page that exhausts the server. Blocks on the disk; safe
 * for use by many threads.
 */
@Component
public final class Diffs {
    private static final int MOST_FILES = 300;
    private static final int LARGEST_FILE_BYTES = 512 * 1024;
    private static final int MOST_BYTES = 1024 * 1024;
    private static final int RENAMES_LOOKED_FOR = 200;
    private static final int CONTEXT_LINES = 3;

    private final Repositories repositories;

    Diffs(Repositories repositories) {
        this.repositories = repositories;
    }

    /** What counts as a difference. */
    public enum Whitespace {
        COUNTS,
        /** Lines that differ in white space alone are the same. */
        IGNORED
    }

    /** What a commit changed against its first parent, or brought when it has none. Empty for an unknown commit. */
    public Optional<Diff> of(long projectId, String sha) {
        return of(projectId, sha, Whitespace.COUNTS);
    }

    /** What a commit changed against its first parent, or brought when it has none. Empty for an unknown commit. */
    public Optional<Diff> of(long projectId, String sha, Whitespace whitespace) {
        return repositories.with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<RevCommit> commit = Revisions.exact(walk, sha);
                if (commit.isEmpty()) {
                    return Optional.empty();
                }
                Optional<RevCommit> parent = commit.get().getParentCount() == 0
                        ? Optional.empty()
                        : Revisions.peel(walk, commit.get().getParent(0));
                return Optional.of(compare(repository, parent, commit.get(), whitespace));
            }
        });
    }

    /** Empty when either commit is unknown. */
    public Optional<Diff> between(long projectId, String older, String newer) {
        return between(projectId, older, newer, Whitespace.COUNTS);
    }

    /** Empty when either commit is unknown. */
    public Optional<Diff> between(long projectId, String older, String newer, Whitespace whitespace) {
        return repositories.with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<RevCommit> from = Revisions.exact(walk, older);
                Optional<RevCommit> to = Revisions.exact(walk, newer);
                return from.isEmpty() || to.isEmpty()
                        ? Optional.empty()
                        : Optional.of(compare(repository, from, to.get(), whitespace));
            }
        });
    }

    private static Diff compare(Repository repository, Optional<RevCommit> from, RevCommit to, Whitespace whitespace)
            throws IOException {
        ByteArrayOutputStream hunks = new ByteArrayOutputStream();
        try (DiffFormatter formatter = new DiffFormatter(hunks);
                ObjectReader reader = repository.newObjectReader()) {
            formatter.setRepository(repository);
            formatter.setContext(CONTEXT_LINES);
            if (whitespace == Whitespace.IGNORED) {
                formatter.setDiffComparator(RawTextComparator.WS_IGNORE_ALL);
            }
            formatter.setBinaryFileThreshold(LARGEST_FILE_BYTES);
            formatter.setDetectRenames(true);
            formatter.getRenameDetector().setRenameLimit(RENAMES_LOOKED_FOR);
            formatter.getRenameDetector().setBigFileThreshold(LARGEST_FILE_BYTES);
            List<DiffEntry> entries =
                    formatter.scan(from.map(RevCommit::getTree).orElse(null), to.getTree());
            List<FileDiff> files = new ArrayList<>();
            int bytes = 0;
            for (DiffEntry entry : entries.subList(0, Math.min(MOST_FILES, entries.size()))) {
                hunks.reset();
                FileDiff file = describe(formatter, reader, entry, hunks, MOST_BYTES - bytes);
                bytes += file.hunks().length();
                files.add(file);
            }
            int additions = files.stream().mapToInt(FileDiff::additions).sum();
            int deletions = files.stream().mapToInt(FileDiff::deletions).sum();
            return new Diff(files, entries.size(), additions, deletions);
        }
    }

    private static FileDiff describe(
            DiffFormatter formatter, ObjectReader reader, DiffEntry entry, ByteArrayOutputStream hunks, int bytesLeft)
            throws IOException {
        if (bytesLeft <= 0) {
            return file(entry, false, true, "", 0, 0);
        }
        FileHeader header = formatter.toFileHeader(entry);
        boolean binary = header.getPatchType() != FileHeader.PatchType.UNIFIED;
        int additions = 0;
        int deletions = 0;
        for (Edit edit : header.toEditList()) {
            additions += edit.getLengthB();
            deletions += edit.getLengthA();
        }
        if (!binary) {
            formatter.format(
                    header.toEditList(),
                    text(reader, entry.getOldId().toObjectId(), entry.getOldMode()),
                    text(reader, entry.getNewId().toObjectId(), entry.getNewMode()));
        }
        boolean leftOut = hunks.size() > bytesLeft;
        String text = binary || leftOut ? "" : hunks.toString(StandardCharsets.UTF_8);
        return file(entry, binary, leftOut, text, additions, deletions);
    }

    private static RawText text(ObjectReader reader, ObjectId id, FileMode mode) throws IOException {
        if (mode.equals(FileMode.MISSING)) {
            return RawText.EMPTY_TEXT;
        }
        if (mode.equals(FileMode.GITLINK)) {
            return new RawText(("Subproject commit " + id.name() + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        return new RawText(reader.open(id, Constants.OBJ_BLOB).getCachedBytes(LARGEST_FILE_BYTES));
    }

    private static FileDiff file(
            DiffEntry entry, boolean binary, boolean leftOut, String hunks, int additions, int deletions) {
        boolean added = entry.getChangeType() == DiffEntry.ChangeType.ADD;
        boolean deleted = entry.getChangeType() == DiffEntry.ChangeType.DELETE;
        return new FileDiff(
                added ? entry.getNewPath() : entry.getOldPath(),
                deleted ? entry.getOldPath() : entry.getNewPath(),
                "%06o".formatted(entry.getOldMode().getBits()),
                "%06o".formatted(entry.getNewMode().getBits()),
                change(entry.getChangeType()),
                binary,
                leftOut,
                hunks,
                additions,
                deletions);
    }

    private static FileDiff.Change change(DiffEntry.ChangeType type) {
        return switch (type) {
            case ADD -> FileDiff.Change.ADDED;
            case MODIFY -> FileDiff.Change.MODIFIED;
            case DELETE -> FileDiff.Change.DELETED;
            case RENAME -> FileDiff.Change.RENAMED;
            case COPY -> FileDiff.Change.COPIED;
        };
    }
}
