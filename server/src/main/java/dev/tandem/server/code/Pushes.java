package dev.tandem.server.code;

import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Moves refs so that no accepted push is forgotten: its intent is committed before the refs move and completed, with its
 * events, after. What a crash leaves open is settled by {@link #reconcile}. Safe for use by many threads; one push of a
 * project moves refs at a time.
 */
@Component
public class Pushes {
    private static final Logger log = LoggerFactory.getLogger(Pushes.class);
    private static final int BATCH = 1000;

    private final Database database;
    private final RepositoryFolders folders;
    private final ProjectLocks locks;
    private final RepositoryUpkeep upkeep;
    private final SearchUpkeep search;
    private final PushSizes sizes;
    private final Clock clock;

    Pushes(
            Database database,
            RepositoryFolders folders,
            ProjectLocks locks,
            RepositoryUpkeep upkeep,
            SearchUpkeep search,
            PushSizes sizes,
            Clock clock) {
        this.sizes = sizes;
        this.database = database;
        this.folders = folders;
        this.locks = locks;
        this.upkeep = upkeep;
        this.search = search;
        this.clock = clock;
    }

    /** How large a push and a repository may be. */
    public PushSizes sizes() {
        return sizes;
    }

    /** Moves the refs of a push, as far as it can. */
    public interface Mover {
        /** @return the full names of the refs that moved; others stand as before */
        Set<String> move();
    }

    /** What a push asks for, after its objects have arrived. */
    public record Request(Project project, long userId, List<RefChange> changes, List<String> pushOptions) {
        public Request {
            changes = List.copyOf(changes);
            pushOptions = List.copyOf(pushOptions);
        }
    }

    /** The rules as they are now for somebody who may push. */
    public Map<RefChange, PushRefusal> refusals(Project project, Role role, List<RefChange> changes) {
        List<ProtectedBranch> rules =
                database.read(sql -> new ProtectedBranchStore(sql).list(project.id(), ProtectedBranches.MOST));
        Optional<String> defaultBranch = project.isEmpty() ? Optional.empty() : Optional.of(project.defaultBranch());
        List<ProtectedTag> tags =
                database.read(sql -> new ProtectedTagStore(sql).list(project.id(), ProtectedTags.MOST));
        PushRules judge = new PushRules(role, rules, tags, defaultBranch);
        Map<RefChange, PushRefusal> refusals = new LinkedHashMap<>();
        for (RefChange change : changes) {
            judge.judge(change).ifPresent(refusal -> refusals.put(change, refusal));
        }
        return refusals;
    }

    /**
     * Records the intents, lets {@code mover} move, then completes those that moved and drops the others.
     *
     * @throws RuntimeException of the mover or the database; the intents then stay open until they are reconciled
     */
    public void execute(Request request, Repository repository, Mover mover) {
        Lock lock = locks.of(request.project().id());
        lock.lock();
        try {
            Project project = current(request.project());
            settleOpen(project, repository);
            forceObjects(repository);
            List<PushIntent> intents = intents(request);
            database.write(tx -> {
                PushIntentStore store = new PushIntentStore(tx.sql());
                intents.forEach(store::open);
                return intents.size();
            });
            Set<String> moved = mover.move();
            forceRefs(repository, moved);
            List<PushIntent> done = intents.stream()
                    .filter(intent -> moved.contains(intent.ref()))
                    .toList();
            List<PushIntent> not = intents.stream()
                    .filter(intent -> !moved.contains(intent.ref()))
                    .toList();
            close(current(project), repository, done, not);
        } finally {
            lock.unlock();
        }
    }

    /** Brings refs into a repository by another way than a push, as {@link StagedRefs}. */
    public interface Bringing {
        /** @return the branch that is to be the default, when one is said to be */
        Optional<String> into(Repository repository) throws IOException;
    }

    /**
     * Lets an empty project have what was made elsewhere: it gets its default branch, which is protected. Nobody pushed here, so
     * nothing is announced, and no pipeline starts. Safe to repeat: what was brought whole is not brought again, and of what was
     * not nothing is seen.
     */
    public void adopt(Project project, Bringing bringing) throws IOException {
        try (Repository repository = folders.open(project.id(), project.defaultBranch())) {
            bring(project, repository, bringing);
            StagedRefs.publish(repository);
            force(Set.of(repository.getDirectory().toPath()));
            adopted(project, repository, StagedRefs.head(repository));
            StagedRefs.clear(repository);
        }
    }

    private static void bring(Project project, Repository repository, Bringing bringing) throws IOException {
        if (StagedRefs.isComplete(repository)) {
            return;
        }
        boolean brought = false;
        try {
            Optional<String> said = bringing.into(repository);
            forceObjects(repository);
            StagedRefs.complete(repository, said.orElse(project.defaultBranch()));
            brought = true;
        } finally {
            if (!brought) {
                StagedRefs.clear(repository);
            }
        }
    }

    private void adopted(Project project, Repository repository, Optional<String> said) throws IOException {
        List<String> branches = repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS).stream()
                .map(ref -> Repository.shortenRefName(ref.getName()))
                .toList();
        Optional<String> first = said.filter(branches::contains).or(() -> DefaultBranch.among(project, branches));
        if (first.isEmpty()) {
            return;
        }
        ObjectId head = Objects.requireNonNull(repository.resolve(Constants.R_HEADS + first.get()), "was listed");
        setHead(repository, first.get());
        Optional<Instant> repacking = upkeep.due(repository);
        database.write(tx -> {
            repacking.ifPresent(due -> upkeep.schedule(tx, project.id(), due));
            fill(tx, project, first.get());
            search.follow(tx, project.id(), head.name());
            new ProjectStore(tx.sql()).touch(project.id(), clock.instant());
            return first;
        });
    }

    /** Settles what earlier pushes left open, in every project. Safe to repeat at any time. */
    public void reconcile() {
        for (long projectId : database.read(sql -> new PushIntentStore(sql).projectsWithOpen(BATCH))) {
            try {
                reconcile(projectId);
            } catch (RuntimeException e) {
                // One damaged repository must not keep the others waiting.
                log.error("open pushes of project {} cannot be settled", projectId, e);
            }
        }
    }

    private void reconcile(long projectId) {
        Lock lock = locks.of(projectId);
        lock.lock();
        try {
            Optional<Project> project = database.read(sql -> new ProjectStore(sql).find(projectId));
            if (project.isEmpty()) {
                return;
            }
            try (Repository repository = folders.open(projectId, project.get().defaultBranch())) {
                settleOpen(project.get(), repository);
            }
        } finally {
            lock.unlock();
        }
    }

    private void settleOpen(Project project, Repository repository) {
        List<PushIntent> open = database.read(sql -> new PushIntentStore(sql).listOpen(project.id(), BATCH));
        if (open.isEmpty()) {
            return;
        }
        List<PushIntent> moved = new ArrayList<>();
        List<PushIntent> notMoved = new ArrayList<>();
        for (PushIntent intent : open) {
            IntentVerdict verdict = verdict(repository, intent);
            log.info(
                    "push {} to {} of project {} was left open by a crash: {}",
                    intent.pushId(),
                    intent.ref(),
                    project.id(),
                    verdict);
            (verdict == IntentVerdict.MOVED ? moved : notMoved).add(intent);
        }
        close(project, repository, moved, notMoved);
    }

    private static IntentVerdict verdict(Repository repository, PushIntent intent) {
        try {
            Ref ref = repository.exactRef(intent.ref());
            ObjectId current = ref == null ? null : ref.getObjectId();
            String sha = current == null ? RefUpdated.ZERO : current.name();
            return IntentVerdict.of(intent, sha, () -> contains(repository, sha, intent.after()));
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + intent.ref(), e);
        }
    }

    private static boolean contains(Repository repository, String newer, String older) {
        try (RevWalk walk = new RevWalk(repository)) {
            Optional<RevCommit> ancestor = Revisions.exact(walk, older);
            Optional<RevCommit> descendant = Revisions.exact(walk, newer);
            return ancestor.isPresent()
                    && descendant.isPresent()
                    && walk.isMergedInto(ancestor.get(), descendant.get());
        } catch (IOException e) {
            throw new UncheckedIOException("comparing commits", e);
        }
    }

    private List<PushIntent> intents(Request request) {
        Instant now = clock.instant();
        return request.changes().stream()
                .map(change -> new PushIntent(
                        UUID.randomUUID().toString(),
                        request.project().id(),
                        change.ref(),
                        change.before(),
                        change.after(),
                        request.userId(),
                        request.pushOptions(),
                        now))
                .toList();
    }

    private void close(Project project, Repository repository, List<PushIntent> moved, List<PushIntent> notMoved) {
        Optional<String> first = project.isEmpty() ? DefaultBranch.ofFirstPush(project, moved) : Optional.empty();
        // Before the row: as long as the row is not filled the intents are open, so a crash in between is settled by
        // doing both again.
        first.ifPresent(branch -> setHead(repository, branch));
        Optional<Instant> repacking = upkeep.due(repository);
        database.write(tx -> {
            repacking.ifPresent(due -> upkeep.schedule(tx, project.id(), due));
            first.ifPresent(branch -> fill(tx, project, branch));
            PushIntentStore store = new PushIntentStore(tx.sql());
            Instant now = clock.instant();
            for (PushIntent intent : moved) {
                if (store.close(intent.pushId(), PushIntent.Status.COMPLETED, now)) {
                    tx.publish(intent.event());
                }
            }
            notMoved.forEach(intent -> store.close(intent.pushId(), PushIntent.Status.DROPPED, now));
            String searched = Constants.R_HEADS + first.orElse(project.defaultBranch());
            moved.stream()
                    .filter(intent ->
                            intent.ref().equals(searched) && !intent.after().equals(RefUpdated.ZERO))
                    .forEach(intent -> search.follow(tx, project.id(), intent.after()));
            if (!moved.isEmpty()) {
                new ProjectStore(tx.sql()).touch(project.id(), now);
            }
            return moved.size();
        });
    }

    private void fill(Tx tx, Project project, String branch) {
        if (new ProjectStore(tx.sql()).fill(project.id(), branch)) {
            Optional<Role> maintainers = Optional.of(Role.MAINTAINER);
            boolean isNew = new ProtectedBranchStore(tx.sql())
                    .insert(
                            project.id(),
                            new ProtectedBranches.Rule(branch, maintainers, maintainers, false),
                            clock.instant());
            log.info("project {} got its default branch {}, newly protected: {}", project.id(), branch, isNew);
        }
    }

    private void setHead(Repository repository, String branch) {
        try {
            folders.setDefaultBranch(repository, branch);
        } catch (IOException e) {
            throw new UncheckedIOException("setting HEAD", e);
        }
    }

    /** It may have got its first branch, or gone, since the request began. */
    private Project current(Project project) {
        return database.read(sql -> new ProjectStore(sql).find(project.id()))
                .orElseThrow(() -> new IllegalStateException("project " + project.fullPath() + " was deleted"));
    }

    /** JGit forces the files themselves; their names are durable only once the folders are, too. */
    private static void forceObjects(Repository repository) {
        force(Set.of(repository.getDirectory().toPath().resolve("objects/pack")));
    }

    private static void forceRefs(Repository repository, Set<String> refs) {
        Path top = repository.getDirectory().toPath();
        Set<Path> holders = new HashSet<>(Set.of(top));
        for (String ref : refs) {
            for (Path at = top.resolve(ref).getParent(); at != null && !at.equals(top); at = at.getParent()) {
                holders.add(at);
            }
        }
        force(holders);
    }

    private static void force(Set<Path> holders) {
        try {
            for (Path holder : holders) {
                if (Files.isDirectory(holder)) {
                    RepositoryFolders.force(holder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("forcing a repository to disk", e);
        }
    }
}
