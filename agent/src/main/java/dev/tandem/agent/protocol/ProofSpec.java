package dev.tandem.agent.protocol;

/**
 * The server asks for proof that a revision answers: one health check that begins when the weights of this state are in
 * place, tried again until it passes.
 *
 * @param id to be echoed in {@link RevisionStatus#proof()}; never used again for another question
 */
public record ProofSpec(String id, String revision) {}
