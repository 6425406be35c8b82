package dev.tandem.server.code.http;

import dev.tandem.server.code.PushRefusal;
import dev.tandem.server.code.Pushes;
import dev.tandem.server.code.RefChange;
import dev.tandem.server.code.lfs.LfsLock;
import dev.tandem.server.code.lfs.LfsLocks;
import dev.tandem.server.identity.Actor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ConnectivityChecker;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * Takes one push: objects are checked as they come, rules decide before refs move, and refs move between intent and
 * completion.
 */
final class GuardedReceivePack extends ReceivePack {
    private static final long MEBI = 1024L * 1024;
    /** Objects that come as differences are put together in memory; others are streamed. */
    private static final long LARGEST_DELTA_BYTES = 50 * MEBI;

    private static final long LARGEST_OBJECT_BYTES = 2048 * MEBI;

    private static final int IDLE_SECONDS = 300;

    private final GitAdmission.Admitted admitted;
    private final Pushes pushes;
    private final LfsLocks locks;

    GuardedReceivePack(Repository repository, GitAdmission.Admitted admitted, Pushes pushes, LfsLocks locks) {
        super(new ReceivingRepository(repository, LARGEST_DELTA_BYTES));
        this.admitted = admitted;
        this.pushes = pushes;
        this.locks = locks;
        setCheckReceivedObjects(true);
        ReceivedObjects received = new ReceivedObjects();
        setObjectChecker(received);
        ConnectivityChecker walk = connectivityChecker;
        connectivityChecker = (push, reachable, progress) -> {
            if (!received.complete(tips(push.getCommands()), reachable)) {
                walk.checkConnectivity(push, reachable, progress);
            }
        };
        setMaxPackSizeLimit(pushes.sizes().largestPack(repository));
        setMaxObjectSizeLimit(LARGEST_OBJECT_BYTES);
        setAllowPushOptions(true);
        setAtomic(false);
        setTimeout(IDLE_SECONDS);
        setRefFilter(GitTransportConfiguration.PEOPLES_REFS);
        setRefLogIdent(ident(admitted.actor()));
        setPreReceiveHook((receive, commands) -> refuse(commands.stream().toList()));
    }

    /** Runs after the objects are in and before any ref moves. */
    private void refuse(List<ReceiveCommand> commands) {
        Map<RefChange, ReceiveCommand> byChange = new LinkedHashMap<>();
        commands.forEach(command -> byChange.put(change(command), command));
        Map<RefChange, PushRefusal> refusals =
                pushes.refusals(admitted.project(), admitted.role().orElseThrow(), List.copyOf(byChange.keySet()));
        refusals.forEach((change, refusal) -> Objects.requireNonNull(byChange.get(change))
                .setResult(ReceiveCommand.Result.REJECTED_OTHER_REASON, refusal.message()));
        refuseLocked(filterCommands(ReceiveCommand.Result.NOT_ATTEMPTED));
    }

    /** Of branches that are there; what a new one has differs from nothing yet. */
    private void refuseLocked(List<ReceiveCommand> commands) {
        List<LfsLock> held = admitted.actor()
                .userId()
                .map(user -> locks.ofOthers(admitted.project().id(), user))
                .orElse(List.of());
        for (ReceiveCommand command : commands) {
            boolean moves = command.getType() == ReceiveCommand.Type.UPDATE
                    || command.getType() == ReceiveCommand.Type.UPDATE_NONFASTFORWARD;
            if (moves && command.getRefName().startsWith(Constants.R_HEADS)) {
                changed(held, command)
                        .ifPresent(
                                lock -> command.setResult(ReceiveCommand.Result.REJECTED_OTHER_REASON, lock.refusal()));
            }
        }
    }

    private Optional<LfsLock> changed(List<LfsLock> held, ReceiveCommand command) {
        if (held.isEmpty()) {
            return Optional.empty();
        }
        Map<String, LfsLock> byPath = held.stream().collect(Collectors.toMap(LfsLock::path, lock -> lock));
        try (TreeWalk trees = new TreeWalk(getRepository(), getRevWalk().getObjectReader())) {
            trees.addTree(getRevWalk().parseTree(command.getOldId()));
            trees.addTree(getRevWalk().parseTree(command.getNewId()));
            trees.setRecursive(true);
            trees.setFilter(
                    AndTreeFilter.create(PathFilterGroup.createFromStrings(byPath.keySet()), TreeFilter.ANY_DIFF));
            while (trees.next()) {
                LfsLock lock = byPath.get(trees.getPathString());
                if (lock != null) {
                    return Optional.of(lock);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("comparing a push with the locked files", e);
        }
    }

    @Override
    protected void executeCommands() {
        List<ReceiveCommand> commands = filterCommands(ReceiveCommand.Result.NOT_ATTEMPTED);
        if (commands.isEmpty()) {
            return;
        }
        List<String> options = Objects.requireNonNullElse(getPushOptions(), List.of());
        Pushes.Request request = new Pushes.Request(
                admitted.project(),
                admitted.actor().userId().orElseThrow().value(),
                commands.stream().map(GuardedReceivePack::change).toList(),
                options);
        pushes.execute(request, getRepository(), () -> {
            super.executeCommands();
            return moved(commands);
        });
    }

    private static Set<String> moved(List<ReceiveCommand> commands) {
        return commands.stream()
                .filter(command -> command.getResult() == ReceiveCommand.Result.OK)
                .map(ReceiveCommand::getRefName)
                .collect(Collectors.toSet());
    }

    /** As the walk sees them. */
    private static List<ObjectId> tips(List<ReceiveCommand> commands) {
        return commands.stream()
                .filter(command -> command.getResult() == ReceiveCommand.Result.NOT_ATTEMPTED)
                .filter(command -> command.getType() != ReceiveCommand.Type.DELETE)
                .map(ReceiveCommand::getNewId)
                .toList();
    }

    private static RefChange change(ReceiveCommand command) {
        RefChange.Kind kind = switch (command.getType()) {
            case CREATE -> RefChange.Kind.CREATE;
            case UPDATE -> RefChange.Kind.FAST_FORWARD;
            case UPDATE_NONFASTFORWARD -> RefChange.Kind.FORCE;
            case DELETE -> RefChange.Kind.DELETE;
        };
        return new RefChange(
                command.getRefName(),
                command.getOldId().name(),
                command.getNewId().name(),
                kind);
    }

    private static PersonIdent ident(Actor actor) {
        return switch (actor) {
            case Actor.Person person ->
                new PersonIdent(person.user().username(), person.user().email());
            case Actor.Job job -> new PersonIdent("job " + job.jobId(), "");
            case Actor.Anonymous() -> new PersonIdent("anonymous", "");
        };
    }
}
