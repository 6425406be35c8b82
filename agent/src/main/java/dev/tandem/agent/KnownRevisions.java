package dev.tandem.agent;

import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The revisions of this host, in memory and on disk. Used by the loop's thread. */
final class KnownRevisions {

    private static final Logger LOG = LoggerFactory.getLogger(KnownRevisions.class);

    private final Folders folders;
    private final Map<RevisionId, Revision> known = new TreeMap<>();

    KnownRevisions(Folders folders) {
        this.folders = folders;
    }

    /** Reads what the agent before this one knew. */
    void load() throws IOException {
        for (Path folder : folders.revisions()) {
            Optional<Revision> revision = new JsonFile<>(folder.resolve("revision.json"), Revision.class).load();
            if (revision.isPresent()) {
                known.put(revision.get().id(), revision.get());
            } else {
                LOG.warn("Deleting {}, which is no whole revision", folder);
                Folders.delete(folder);
            }
        }
    }

    Map<RevisionId, Revision> byId() {
        return Collections.unmodifiableMap(known);
    }

    /** As they are now; what is put meanwhile does not show. */
    List<Revision> list() {
        return List.copyOf(known.values());
    }

    Optional<Revision> find(RevisionId id) {
        return Optional.ofNullable(known.get(id));
    }

    Revision get(RevisionId id) {
        return find(id).orElseThrow(() -> new IllegalStateException(id + " is not known any more"));
    }

    Set<Integer> ports() {
        return known.values().stream().map(Revision::port).collect(Collectors.toSet());
    }

    boolean drains() {
        return known.values().stream().anyMatch(revision -> revision.state() == RevisionState.DRAINING);
    }

    /** Remembers the revision, on disk first. */
    void put(Revision revision) {
        if (revision.equals(known.get(revision.id()))) {
            return;
        }
        try {
            new JsonFile<>(folders.revisionFile(revision.id()), Revision.class).save(revision);
        } catch (IOException e) {
            // A full disk must not stop what runs; only an agent that is killed meanwhile would know less.
            LOG.error("{} cannot be written down", revision.id(), e);
        }
        known.put(revision.id(), revision);
    }

    /** Lets the event happen to it. */
    void tell(RevisionId id, RevisionEvent event, Said why) {
        put(get(id).on(event, why, Instant.now()));
    }

    /** Deletes its folder too. */
    void remove(RevisionId id) {
        try {
            // Without it, what a killed agent leaves half deleted is no revision any more.
            Files.deleteIfExists(folders.revisionFile(id));
            Folders.delete(folders.revision(id));
        } catch (IOException e) {
            LOG.error("The folder of {} cannot be deleted, trying again when the agent starts", id, e);
        }
        known.remove(id);
    }
}
