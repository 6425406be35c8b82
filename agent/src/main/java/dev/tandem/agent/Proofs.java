package dev.tandem.agent;

import dev.tandem.agent.protocol.DesiredState;
import dev.tandem.agent.protocol.ProofSpec;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.ServiceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Answers whether a revision answers once it has the requests: by a check that begins after the proxy confirmed that, never
 * by one from before. Used by the loop's thread.
 */
final class Proofs {
    /** After a check that did not pass. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final HealthWatches health;
    private final Inbox inbox;
    private final Map<RevisionId, String> given = new HashMap<>();
    private final Map<RevisionId, Instant> asked = new HashMap<>();
    private final Set<RevisionId> asking = new HashSet<>();

    Proofs(HealthWatches health, Inbox inbox) {
        this.health = health;
        this.inbox = inbox;
    }

    /** What was proved, by revision; values are the ids of the questions. */
    Map<RevisionId, String> given() {
        return Map.copyOf(given);
    }

    void keep(DesiredState desired, Map<String, Map<String, Integer>> weights, KnownRevisions known, Instant now) {
        given.keySet().removeIf(id -> known.find(id).isEmpty());
        asked.keySet().removeIf(id -> known.find(id).isEmpty());
        for (ServiceSpec service : desired.services()) {
            ProofSpec proof = service.proof();
            if (proof != null && getsAll(proof.revision(), weights.getOrDefault(service.key(), Map.of()))) {
                known.find(new RevisionId(service.key(), proof.revision()))
                        .filter(revision -> revision.state() == RevisionState.HEALTHY)
                        .ifPresent(revision -> ask(revision, proof.id(), now));
            }
        }
    }

    private static boolean getsAll(String revision, Map<String, Integer> weights) {
        return weights.getOrDefault(revision, 0) > 0
                && weights.entrySet().stream()
                        .allMatch(entry -> entry.getKey().equals(revision) || entry.getValue() == 0);
    }

    private void ask(Revision revision, String proof, Instant now) {
        RevisionId id = revision.id();
        boolean soon = asked.containsKey(id) && now.isBefore(asked.get(id).plus(AGAIN));
        if (proof.equals(given.get(id)) || soon || !asking.add(id)) {
            return;
        }
        asked.put(id, now);
        Thread.ofVirtual().name("proof " + id).start(() -> {
            boolean answers = answers(revision);
            inbox.add(() -> {
                asking.remove(id);
                if (answers) {
                    given.put(id, proof);
                }
            });
        });
    }

    private boolean answers(Revision revision) {
        try {
            return health.answers(revision);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
