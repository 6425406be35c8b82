package dev.tandem.server.code.http;

import dev.tandem.server.code.Project;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.platform.access.Role;
import java.time.Duration;
import java.util.Optional;

/** Whether a git client gets what it asks for. */
public sealed interface GitAdmission {
    /** @param role what the actor is in the project; empty for readers of a public one */
    record Admitted(Project project, Actor actor, Optional<Role> role) implements GitAdmission {}

    /** Say who you are; also the answer to wrong credentials, even on public projects. */
    record Challenge() implements GitAdmission {}

    /** There is no such project for this actor. */
    record Unknown() implements GitAdmission {}

    /** The actor sees the project but may not do this. */
    record Forbidden(String why) implements GitAdmission {}

    /** Too many wrong attempts. */
    record Throttled(Duration retryAfter) implements GitAdmission {}
}
