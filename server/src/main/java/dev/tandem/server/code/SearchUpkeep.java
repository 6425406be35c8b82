package dev.tandem.server.code;

import dev.tandem.server.code.search.IndexDamagedException;
import dev.tandem.server.code.search.TextIndex;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Tx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the search index follow the default branches: after each push what changed, and everything where the index is missing or
 * damaged. One project at a time, so that the heap holds. Safe for use by many threads.
 */
final class SearchUpkeep {
    private static final Logger log = LoggerFactory.getLogger(SearchUpkeep.class);
    /** A repository with more is searched without index, as far as time allows. */
    private static final int MOST_FILES = 500_000;

    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Database database;
    private final Repositories repositories;
    private final TextIndex index;
    private final Clock clock;
    private final DurableTask<Due> task;

    SearchUpkeep(Database database, Repositories repositories, TextIndex index, Clock clock) {
        this.database = database;
        this.repositories = repositories;
        this.index = index;
        this.clock = clock;
        this.task = new DurableTask<>("code.index-for-search", Due.class, due -> run(due.projectId()));
    }

    /** Data of the durable task. */
    record Due(long projectId) {}

    DurableTask<Due> task() {
        return task;
    }

    /** To be called in the transaction by which {@code sha} becomes what the default branch stands at. */
    void follow(Tx tx, long projectId, String sha) {
        new SearchHeadStore(tx.sql()).put(projectId, sha);
        tx.schedule(task, projectId + "-" + sha, new Due(projectId), clock.instant());
    }

    /** Brings the index to where the default branch stands; what is gone is forgotten. Safe to repeat. */
    void run(long projectId) {
        Optional<String> head = database.read(sql -> Optional.ofNullable(
                new SearchHeadStore(sql).of(List.of(projectId)).get(projectId)));
        try {
            boolean isDone = head.isPresent() ? bring(projectId, head.get()) : forget(projectId);
            if (!isDone) {
                again(projectId, clock.instant().plus(PAUSE));
            }
        } catch (IndexDamagedException e) {
            renew(e);
        } catch (IOException e) {
            throw new UncheckedIOException("search index of project " + projectId, e);
        }
    }

    /** Throws a damaged index away and has every project indexed again. */
    void renew(IndexDamagedException damage) {
        log.error("the search index is damaged and is made anew; searches read the files until then", damage);
        try {
            index.wipe();
        } catch (IOException e) {
            throw new UncheckedIOException("removing the damaged search index", e);
        }
        check();
    }

    /** Finds what no push tells of: projects that are not in the index, and an index whose files are damaged. */
    void check() {
        Map<Long, String> heads = heads();
        if (heads.isEmpty()) {
            return;
        }
        Map<Long, String> states = states();
        List<Long> behind = heads.entrySet().stream()
                .filter(head -> !head.getValue().equals(states.get(head.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        List<Long> gone =
                states.keySet().stream().filter(id -> !heads.containsKey(id)).toList();
        Instant now = clock.instant();
        database.write(tx -> {
            behind.forEach(id -> tx.schedule(task, id + "-" + heads.get(id), new Due(id), now));
            gone.forEach(id -> tx.schedule(task, id + "-gone", new Due(id), now));
            return behind.size();
        });
    }

    /** Compares the index with its check sums; one that is damaged is made anew. */
    void verify() {
        try {
            index.verify();
        } catch (IndexDamagedException e) {
            renew(e);
        } catch (IOException e) {
            throw new UncheckedIOException("search index", e);
        }
    }

    private Map<Long, String> states() {
        try (TextIndex.View view = index.view()) {
            return view.states();
        } catch (IndexDamagedException e) {
            log.error("the search index is damaged and is made anew", e);
            try {
                index.wipe();
                return Map.of();
            } catch (IOException again) {
                throw new UncheckedIOException("removing the damaged search index", again);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("search index", e);
        }
    }

    /** Those of projects from before there was an index are looked up. */
    private Map<Long, String> heads() {
        Map<Long, String> heads = new HashMap<>(database.read(sql -> new SearchHeadStore(sql).all()));
        List<Project> unknown = database.read(sql -> new ProjectStore(sql).listFilled()).stream()
                .filter(project -> !heads.containsKey(project.id()))
                .toList();
        for (Project project : unknown) {
            repositories
                    .resolve(project.id(), Constants.R_HEADS + project.defaultBranch())
                    .ifPresent(sha -> {
                        database.write(tx -> {
                            follow(tx, project.id(), sha);
                            return sha;
                        });
                        heads.put(project.id(), sha);
                    });
        }
        return heads;
    }

    private boolean forget(long projectId) throws IOException {
        try (TextIndex.Change change = index.change(projectId).orElse(null)) {
            if (change != null) {
                change.forgotten();
            }
            return change != null;
        }
    }

    private boolean bring(long projectId, String head) throws IOException {
        String state = stateOf(projectId);
        if (head.equals(state)) {
            return true;
        }
        try (TextIndex.Change change = index.change(projectId).orElse(null)) {
            if (change == null) {
                return false;
            }
            long began = System.nanoTime();
            Optional<Integer> files = repositories.with(projectId, repository -> {
                Optional<Map<String, ObjectId>> changed =
                        state == null ? Optional.empty() : SearchableFiles.changed(repository, state, head, MOST_FILES);
                return changed.isPresent()
                        ? Optional.of(update(change, repository, changed.get()))
                        : all(change, repository, head);
            });
            if (files.isPresent()) {
                change.done(head);
                log.debug(
                        "search index of project {}: {} files in {} ms",
                        projectId,
                        files.get(),
                        (System.nanoTime() - began) / 1_000_000);
            }
            return true;
        }
    }

    private @org.jspecify.annotations.Nullable String stateOf(long projectId) throws IOException {
        try (TextIndex.View view = index.view()) {
            return view.states().get(projectId);
        }
    }

    private static int update(TextIndex.Change change, Repository repository, Map<String, ObjectId> changed)
            throws IOException {
        try (ObjectReader reader = repository.newObjectReader()) {
            for (Map.Entry<String, ObjectId> file : changed.entrySet()) {
                change.remove(file.getKey());
                if (!file.getValue().equals(ObjectId.zeroId())) {
                    add(change, reader, file.getKey(), file.getValue());
                }
            }
        }
        return changed.size();
    }

    private static Optional<Integer> all(TextIndex.Change change, Repository repository, String head)
            throws IOException {
        change.clear();
        int files = 0;
        try (RevWalk walk = new RevWalk(repository)) {
            Optional<RevCommit> commit = Revisions.exact(walk, head);
            if (commit.isEmpty()) {
                return Optional.empty();
            }
            try (TreeWalk tree = SearchableFiles.walk(walk, commit.get())) {
                while (tree.next()) {
                    if (SearchableFiles.isLookedAt(tree, 0)) {
                        if (++files > MOST_FILES) {
                            log.warn("{} has more than {} files and is not indexed", repository, MOST_FILES);
                            return Optional.empty();
                        }
                        add(change, tree.getObjectReader(), tree.getPathString(), tree.getObjectId(0));
                    }
                }
            }
        }
        return Optional.of(files);
    }

    private static void add(TextIndex.Change change, ObjectReader reader, String path, ObjectId blob)
            throws IOException {
        Optional<byte[]> text = SearchableFiles.text(reader, blob);
        if (text.isPresent()) {
            change.add(path, blob.name(), text.get());
        }
    }

    private void again(long projectId, Instant at) {
        database.write(tx -> {
            // The name of the task that runs now is taken until it ends.
            tx.schedule(task, UUID.randomUUID().toString(), new Due(projectId), at);
            return at;
        });
    }
}
