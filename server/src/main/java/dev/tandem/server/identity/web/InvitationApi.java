package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Invitation;
import dev.tandem.server.identity.Invitations;
import dev.tandem.server.identity.Invitations.Made;
import dev.tandem.server.identity.MemberChange;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Invitations to a project, and to a group, for the owners of addresses. GitLab makes an account with that address a member
 * at once; nobody verifies addresses here, so whoever gets the mail has to accept.
 */
@RestController
final class InvitationApi {
    private static final int MOST_AT_ONCE = 100;

    private final Invitations invitations;
    private final Membership membership;
    private final Users users;

    InvitationApi(Invitations invitations, Membership membership, Users users) {
        this.invitations = invitations;
        this.membership = membership;
        this.users = users;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record InvitationJson(
            long id,
            @Nullable String inviteEmail,
            Instant createdAt,
            int accessLevel,
            @Nullable LocalDate expiresAt,
            @Nullable String userName,
            String createdByName) {
        static InvitationJson of(Invitation invitation) {
            return new InvitationJson(
                    invitation.id(),
                    invitation.terms().email().orElse(null),
                    invitation.createdAt(),
                    invitation.terms().role().accessLevel(),
                    invitation.terms().memberUntil().orElse(null),
                    null,
                    invitation.by().name());
        }
    }

    /**
     * @param message what is wrong, by address or number
     * @param inviteUrls the links, by address; shown once
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Answer(
            String status,
            @Nullable Map<String, String> message,
            @Nullable Map<String, String> inviteUrls) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record Changed(@Nullable LocalDate expiresAt, int accessLevel) {}

    @Requires(Permission.MANAGE_MEMBERS)
    @GetMapping("/api/v4/projects/{id}/invitations")
    Listing<InvitationJson> list(ProjectFacts project, Parameters parameters) {
        return list(MemberPlace.of(project), parameters);
    }

    @Requires(Permission.MANAGE_GROUP)
    @GetMapping("/api/v4/groups/{id}/invitations")
    Listing<InvitationJson> list(Namespace group, Parameters parameters) {
        return list(MemberPlace.of(group), parameters);
    }

    private Listing<InvitationJson> list(MemberPlace place, Parameters parameters) {
        Paging paging = parameters.paging();
        String query = parameters.text("query").orElse("");
        List<Invitation> found = invitations.list(place.source(), query, paging.offset(), paging.limit());
        return new Listing<>(found, invitations.count(place.source(), query), paging).map(InvitationJson::of);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/api/v4/projects/{id}/invitations")
    @ResponseStatus(HttpStatus.CREATED)
    Answer invite(Actor.Person person, ProjectFacts project, Parameters parameters) {
        return invite(person, MemberPlace.of(project), parameters);
    }

    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/api/v4/groups/{id}/invitations")
    @ResponseStatus(HttpStatus.CREATED)
    Answer invite(Actor.Person person, Namespace group, Parameters parameters) {
        return invite(person, MemberPlace.of(group), parameters);
    }

    private Answer invite(Actor.Person person, MemberPlace place, Parameters parameters) {
        Role role = MemberApi.role(parameters);
        Optional<LocalDate> until = MemberApi.day(parameters);
        List<String> emails = parameters.texts("email");
        List<String> ids = parameters.texts("user_id");
        if (emails.isEmpty() && ids.isEmpty()) {
            throw ApiException.missing("email, user_id");
        }
        if (emails.size() + ids.size() > MOST_AT_ONCE) {
            throw ApiException.invalid("email", "holds more than " + MOST_AT_ONCE + " addresses");
        }
        Map<String, String> problems = new LinkedHashMap<>();
        Map<String, String> urls = new LinkedHashMap<>();
        for (String email : emails) {
            Invitation.Terms terms = new Invitation.Terms(role, Optional.of(email), until);
            Made made = invitations.make(person, place.source(), place.fullPath(), terms, Invitations.DEFAULT_DAYS, 1);
            if (made instanceof Made.Done done) {
                urls.put(email, done.url());
            } else {
                problems.put(email, problem(made));
            }
        }
        for (String id : ids) {
            add(person, place, id, role, until).ifPresent(problem -> problems.put(id, problem));
        }
        return problems.isEmpty() ? new Answer("success", null, urls) : new Answer("error", problems, urls);
    }

    /** @return what is wrong */
    private Optional<String> add(
            Actor.Person person, MemberPlace place, String id, Role role, Optional<LocalDate> until) {
        Optional<User> user = MemberApi.id(id).flatMap(number -> users.find(new UserId(number)));
        if (user.isEmpty()) {
            return Optional.of("User not found");
        }
        return switch (membership.add(person, place, user.get(), role, until)) {
            case MemberChange.Done() -> Optional.empty();
            case MemberChange.AlreadyMember() -> Optional.of("Member already exists");
            case MemberChange.DayOver() -> Optional.of("expires_at cannot be a date in the past");
            case MemberChange.NotAMember(), MemberChange.LastOwner() -> throw ApiException.forbidden();
        };
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PutMapping("/api/v4/projects/{id}/invitations/{email}")
    Changed change(Actor.Person person, ProjectFacts project, @PathVariable String email, Parameters parameters) {
        return change(person, MemberPlace.of(project), email, parameters);
    }

    @Requires(Permission.MANAGE_GROUP)
    @PutMapping("/api/v4/groups/{id}/invitations/{email}")
    Changed change(Actor.Person person, Namespace group, @PathVariable String email, Parameters parameters) {
        return change(person, MemberPlace.of(group), email, parameters);
    }

    private Changed change(Actor.Person person, MemberPlace place, String email, Parameters parameters) {
        Invitation invitation = existing(place, email);
        Invitation.Terms before = invitation.terms();
        Role role = parameters.has("access_level") ? MemberApi.role(parameters) : before.role();
        Optional<LocalDate> until = parameters.has("expires_at") ? MemberApi.day(parameters) : before.memberUntil();
        Invitation.Terms terms = new Invitation.Terms(role, before.email(), until);
        invitations.change(person, place.fullPath(), invitation, terms).ifPresent(made -> {
            throw made instanceof Made.Above()
                    ? ApiException.forbidden()
                    : ApiException.invalid("expires_at", "cannot be a date in the past");
        });
        return new Changed(until.orElse(null), role.accessLevel());
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @DeleteMapping("/api/v4/projects/{id}/invitations/{email}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Actor actor, ProjectFacts project, @PathVariable String email) {
        revoke(actor, MemberPlace.of(project), email);
    }

    @Requires(Permission.MANAGE_GROUP)
    @DeleteMapping("/api/v4/groups/{id}/invitations/{email}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(Actor actor, Namespace group, @PathVariable String email) {
        revoke(actor, MemberPlace.of(group), email);
    }

    private void revoke(Actor actor, MemberPlace place, String email) {
        if (!invitations.revoke(actor, place.fullPath(), existing(place, email))) {
            throw ApiException.notFound("Invitation");
        }
    }

    private Invitation existing(MemberPlace place, String email) {
        return invitations.find(place.source(), email).orElseThrow(() -> ApiException.notFound("Invitation"));
    }

    private static String problem(Made made) {
        return switch (made) {
            case Made.Invalid(String field)
            when field.equals("expires_at") -> "expires_at cannot be a date in the past";
            case Made.Invalid(String field) -> field + " is invalid";
            case Made.AlreadyInvited() -> "The member's email address has already been taken";
            case Made.AlreadyMember() -> "Member already exists";
            case Made.TooMany() -> "There are too many open invitations; withdraw some first";
            case Made.Above() -> throw ApiException.forbidden();
            case Made.Done done -> throw new IllegalStateException("not refused: " + done);
        };
    }
}
