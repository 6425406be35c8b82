package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Member;
import dev.tandem.server.identity.MemberChange;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.ShortUser;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
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

/** Members of a project, and of a group; {@code /all} adds those of the groups above. */
@RestController
final class MemberApi {
    private final Members members;
    private final Membership membership;
    private final Users users;
    private final ServerUrls urls;

    MemberApi(Members members, Membership membership, Users users, ServerUrls urls) {
        this.members = members;
        this.membership = membership;
        this.users = users;
        this.urls = urls;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record MemberJson(
            long id,
            String username,
            String name,
            String state,
            boolean locked,
            @Nullable String avatarUrl,
            String webUrl,
            int accessLevel,
            Instant createdAt,
            @Nullable LocalDate expiresAt,
            String membershipState,
            @Nullable ShortUser createdBy) {}

    @Requires(Permission.READ_PROJECT)
    @GetMapping("/api/v4/projects/{id}/members")
    Listing<MemberJson> list(ProjectFacts project, Parameters parameters) {
        return direct(MemberPlace.of(project), parameters);
    }

    @Requires(Permission.READ_GROUP)
    @GetMapping("/api/v4/groups/{id}/members")
    Listing<MemberJson> list(Namespace group, Parameters parameters) {
        return direct(MemberPlace.of(group), parameters);
    }

    @Requires(Permission.READ_PROJECT)
    @GetMapping("/api/v4/projects/{id}/members/all")
    Listing<MemberJson> listAll(ProjectFacts project, Parameters parameters) {
        return all(MemberPlace.of(project), parameters);
    }

    @Requires(Permission.READ_GROUP)
    @GetMapping("/api/v4/groups/{id}/members/all")
    Listing<MemberJson> listAll(Namespace group, Parameters parameters) {
        return all(MemberPlace.of(group), parameters);
    }

    @Requires(Permission.READ_PROJECT)
    @GetMapping("/api/v4/projects/{id}/members/{user}")
    MemberJson one(ProjectFacts project, @PathVariable long user) {
        return json(member(MemberPlace.of(project), user(user)));
    }

    @Requires(Permission.READ_GROUP)
    @GetMapping("/api/v4/groups/{id}/members/{user}")
    MemberJson one(Namespace group, @PathVariable long user) {
        return json(member(MemberPlace.of(group), user(user)));
    }

    @Requires(Permission.READ_PROJECT)
    @GetMapping("/api/v4/projects/{id}/members/all/{user}")
    MemberJson oneOfAll(ProjectFacts project, @PathVariable long user) {
        return oneOfAll(MemberPlace.of(project), user);
    }

    @Requires(Permission.READ_GROUP)
    @GetMapping("/api/v4/groups/{id}/members/all/{user}")
    MemberJson oneOfAll(Namespace group, @PathVariable long user) {
        return oneOfAll(MemberPlace.of(group), user);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/api/v4/projects/{id}/members")
    @ResponseStatus(HttpStatus.CREATED)
    MemberJson add(Actor actor, ProjectFacts project, Parameters parameters) {
        return add(actor, MemberPlace.of(project), parameters);
    }

    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/api/v4/groups/{id}/members")
    @ResponseStatus(HttpStatus.CREATED)
    MemberJson add(Actor actor, Namespace group, Parameters parameters) {
        return add(actor, MemberPlace.of(group), parameters);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PutMapping("/api/v4/projects/{id}/members/{user}")
    MemberJson change(Actor actor, ProjectFacts project, @PathVariable long user, Parameters parameters) {
        return change(actor, MemberPlace.of(project), user, parameters);
    }

    @Requires(Permission.MANAGE_GROUP)
    @PutMapping("/api/v4/groups/{id}/members/{user}")
    MemberJson change(Actor actor, Namespace group, @PathVariable long user, Parameters parameters) {
        return change(actor, MemberPlace.of(group), user, parameters);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @DeleteMapping("/api/v4/projects/{id}/members/{user}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Actor actor, ProjectFacts project, @PathVariable long user) {
        done(membership.remove(actor, MemberPlace.of(project), user(user)));
    }

    @Requires(Permission.MANAGE_GROUP)
    @DeleteMapping("/api/v4/groups/{id}/members/{user}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Actor actor, Namespace group, @PathVariable long user) {
        done(membership.remove(actor, MemberPlace.of(group), user(user)));
    }

    private Listing<MemberJson> direct(MemberPlace place, Parameters parameters) {
        Paging paging = parameters.paging();
        String query = parameters.text("query").orElse("");
        List<Member> found = members.list(place.source(), query, paging.offset(), paging.limit());
        return new Listing<>(found, members.count(place.source(), query), paging).map(this::json);
    }

    private Listing<MemberJson> all(MemberPlace place, Parameters parameters) {
        Paging paging = parameters.paging();
        String query = parameters.text("query").orElse("");
        List<Member> found = members.listAll(place.source(), query, paging.offset(), paging.limit());
        return new Listing<>(found, members.countAll(place.source(), query), paging).map(this::json);
    }

    private MemberJson oneOfAll(MemberPlace place, long user) {
        return members.findAny(place.source(), user(user).id())
                .map(this::json)
                .orElseThrow(() -> ApiException.notFound("Member"));
    }

    private MemberJson add(Actor actor, MemberPlace place, Parameters parameters) {
        User user = wanted(parameters);
        done(membership.add(actor, place, user, role(parameters), day(parameters)));
        return json(member(place, user));
    }

    private MemberJson change(Actor actor, MemberPlace place, long user, Parameters parameters) {
        User found = user(user);
        Optional<LocalDate> expiresOn = parameters.has("expires_at")
                ? day(parameters)
                : member(place, found).expiresOn();
        done(membership.change(actor, place, found, role(parameters), expiresOn));
        return json(member(place, found));
    }

    private static void done(MemberChange change) {
        switch (change) {
            case MemberChange.Done() -> {}
            case MemberChange.AlreadyMember() -> throw ApiException.conflict("Member already exists");
            case MemberChange.NotAMember() -> throw ApiException.notFound("Member");
            case MemberChange.LastOwner() -> throw ApiException.forbidden();
            case MemberChange.DayOver() -> throw ApiException.invalid("expires_at", "cannot be a date in the past");
        }
    }

    /** Empty also for an empty text, which takes an expiry away. */
    static Optional<LocalDate> day(Parameters parameters) {
        return parameters
                .text("expires_at")
                .filter(text -> !text.isBlank())
                .flatMap(text -> parameters.day("expires_at"));
    }

    private User wanted(Parameters parameters) {
        Optional<String> username = parameters.text("username").filter(name -> !name.isBlank());
        return username.isPresent()
                ? users.find(username.get()).orElseThrow(() -> ApiException.notFound("User"))
                : user(parameters.requiredNumber("user_id"));
    }

    /** Of what could be the number of a user. */
    static Optional<Long> id(String text) {
        try {
            return Optional.of(Long.valueOf(text)).filter(number -> number > 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private User user(long id) {
        return Optional.of(id)
                .filter(number -> number > 0)
                .flatMap(number -> users.find(new UserId(number)))
                .orElseThrow(() -> ApiException.notFound("User"));
    }

    static Role role(Parameters parameters) {
        long level = parameters.requiredNumber("access_level");
        return Role.of(Math.clamp(level, 0, 1000)).orElseThrow(() -> ApiException.malformed("access_level"));
    }

    private Member member(MemberPlace place, User user) {
        return members.find(place.source(), user.id()).orElseThrow(() -> ApiException.notFound("Member"));
    }

    private MemberJson json(Member member) {
        ShortUser user = ShortUser.of(member.user(), urls);
        return new MemberJson(
                user.id(),
                user.username(),
                user.name(),
                user.state(),
                user.locked(),
                user.avatarUrl(),
                user.webUrl(),
                member.role().accessLevel(),
                member.createdAt(),
                member.expiresOn().orElse(null),
                "active",
                member.addedBy().map(by -> ShortUser.of(by, urls)).orElse(null));
    }
}
