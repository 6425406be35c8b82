package dev.tandem.server.identity;

import java.util.Optional;
import java.util.Set;

/** Who asks. A handler takes it as an argument; {@link Access} decides what it may do. */
public sealed interface Actor permits Actor.Person, Actor.Job, Actor.Anonymous {

    /** Somebody signed in (all scopes) or holding a personal access token (its scopes). */
    record Person(User user, Set<TokenScope> scopes) implements Actor {
        public Person {
            scopes = Set.copyOf(scopes);
        }

        public boolean holds(TokenScope scope) {
            return scopes.contains(scope);
        }
    }

    /** A running job, by its token. {@code user} is the one on whose behalf it runs. */
    record Job(long jobId, long projectId, UserId user) implements Actor {}

    /** Nobody we know. */
    record Anonymous() implements Actor {}

    Actor ANONYMOUS = new Anonymous();

    /** The user in whose name something happens; empty for {@link Anonymous}. */
    default Optional<UserId> userId() {
        return switch (this) {
            case Person person -> Optional.of(person.user().id());
            case Job job -> Optional.of(job.user());
            case Anonymous() -> Optional.empty();
        };
    }

    /** As the audit log calls them. */
    default String name() {
        return switch (this) {
            case Person person -> person.user().username();
            case Job job -> "job " + job.jobId();
            case Anonymous() -> "anonymous";
        };
    }
}
