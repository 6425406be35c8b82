package dev.tandem.server.code.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.GC;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.pack.PackConfig;

/**
 * Packs a repository anew: one pack with bitmaps for what refs lead to, packed refs, a commit graph that knows which paths each commit changed. Pushes
 * and fetches may go on meanwhile. Uses one thread and reuses the deltas that there are.
 *
 * @param packs as many make a repacking due
 * @param bigPack as many objects do while there is no bitmap: counting them for each clone takes longer than sending them
 * @param mostHere a repository with more objects is packed by a process of its own, whose heap is made for them: repacking holds some hundred bytes for
 *     each, which the server has not
 * @param packGrace a pack younger than this stays, since a fetch may be reading it
 * @param objectGrace what no ref leads to stays this long, since a push may be about to need it
 */
public record Housekeeping(int packs, long bigPack, long mostHere, Duration packGrace, Duration objectGrace) {
    private static final Duration TWO_WEEKS = Duration.ofDays(14);
    /** Of an index file: its tables and checksums, and what one object takes in it. */
    private static final long INDEX_BYTES = 1072;

    private static final long INDEX_BYTES_PER_OBJECT = 28;

    /** What the largest heap holds. */
    private static final long MOST_OBJECTS = 8_000_000;

    private static final Duration LONGEST = Duration.ofHours(6);

    /** For the heap of 256 MB that the whole server has. */
    public static final Housekeeping USUAL = new Housekeeping(20, 5_000, 50_000, Duration.ofHours(1), TWO_WEEKS);

    public Housekeeping {
        if (objectGrace.compareTo(TWO_WEEKS) < 0) {
            throw new IllegalArgumentException("objects that nothing leads to stay for 14 days at least");
        }
    }

    /** What came of a repacking. */
    public sealed interface Outcome {
        /**
         * @param objects that there were
         * @param by how it was done
         */
        record Done(long packsBefore, long packsAfter, long objects, By by) implements Outcome {}

        /** Not many packs. */
        record NotDue() implements Outcome {}

        /** More than the largest process could hold. */
        record TooLarge(long objects) implements Outcome {}
    }

    /** Where a repository was packed. */
    public enum By {
        SERVER,
        OWN_PROCESS
    }

    /**
     * When a repacking is due, as seen after a push; empty while there are few packs and no big one. Not sooner than the packs that the
     * last one left lying may go.
     */
    public Optional<Instant> due(Repository repository, Instant now) {
        int found = 0;
        long objects = 0;
        Instant last = Instant.EPOCH;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(packFolder(repository), "*.{idx,bitmap}")) {
            for (Path file : files) {
                if (file.toString().endsWith(".idx")) {
                    found++;
                    objects += Math.max(0, Files.size(file) - INDEX_BYTES) / INDEX_BYTES_PER_OBJECT;
                } else {
                    Instant at = Files.getLastModifiedTime(file).toInstant();
                    last = at.isAfter(last) ? at : last;
                }
            }
        } catch (NoSuchFileException e) {
            // A repacking took the file away while we looked: there is nothing to hurry about.
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("counting the packs of " + repository.getDirectory(), e);
        }
        boolean unmapped = last.equals(Instant.EPOCH) && objects >= bigPack;
        Instant earliest = last.plus(packGrace);
        return found < packs && !unmapped ? Optional.empty() : Optional.of(earliest.isAfter(now) ? earliest : now);
    }

    /** Repacks when it is due; blocks until it is done. Safe to repeat, also after a crash in the midst of it. */
    public Outcome run(Repository repository, Instant now) throws IOException {
        if (due(repository, now).isEmpty()) {
            return new Outcome.NotDue();
        }
        if (!(repository instanceof FileRepository files)) {
            throw new IllegalArgumentException("not a repository of files: " + repository);
        }
        GC gc = new GC(files);
        GC.RepoStatistics before = gc.getStatistics();
        long objects = before.numberOfPackedObjects + before.numberOfLooseObjects;
        if (objects > MOST_OBJECTS) {
            return new Outcome.TooLarge(objects);
        }
        By by = objects > mostHere ? By.OWN_PROCESS : By.SERVER;
        if (by == By.SERVER) {
            pack(files, packGrace, objectGrace);
        } else {
            OwnProcess.run(
                    RepackProgram.class,
                    objects,
                    LONGEST,
                    List.of(repository.getDirectory().toString(), packGrace.toString(), objectGrace.toString()));
            repository.scanForRepoChanges();
        }
        return new Outcome.Done(before.numberOfPackFiles, gc.getStatistics().numberOfPackFiles, objects, by);
    }

    /** Packs it now, in this process. */
    static void pack(FileRepository repository, Duration packGrace, Duration objectGrace) throws IOException {
        GC gc = new GC(repository);
        gc.setPackConfig(packing(repository));
        gc.setExpireAgeMillis(objectGrace.toMillis());
        gc.setPackExpireAgeMillis(packGrace.toMillis());
        try {
            gc.gc().join();
        } catch (ParseException | GitAPIException e) {
            throw new IOException(e);
        }
        RepositoryFolders.force(packFolder(repository));
    }

    private static PackConfig packing(Repository repository) {
        PackConfig packing = new PackConfig(repository);
        packing.setDeltaCompress(false);
        packing.setThreads(1);
        packing.setBuildBitmaps(true);
        packing.setBigFileThreshold(RepositoryFolders.STREAM_FROM_BYTES);
        return packing;
    }

    private static Path packFolder(Repository repository) {
        return repository.getDirectory().toPath().resolve("objects/pack");
    }
}
