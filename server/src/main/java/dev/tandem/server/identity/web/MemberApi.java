package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Member;
import dev.tandem.server.identity.MemberChange;
import dev.tandem.server.identity.Members;
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

/** Members of a project. {@code /all} would add those of groups, which there are none of yet. */
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
            @Nullable String expiresAt,
            String membershipState,
            @Nullable ShortUser createdBy) {}

    @Requires(Permission.READ_PROJECT)
    @GetMapping({"/api/v4/projects/{id}/members", "/api/v4/projects/{id}/members/all"})
    Listing<MemberJson> list(ProjectFacts project, Paging paging) {
        return new Listing<>(
                        members.list(project.id(), paging.offset(), paging.limit()),
                        members.count(project.id()),
                        paging)
                .map(this::json);
    }

    @Requires(Permission.READ_PROJECT)
    @GetMapping({"/api/v4/projects/{id}/members/{user}", "/api/v4/projects/{id}/members/all/{user}"})
    MemberJson one(ProjectFacts project, @PathVariable long user) {
        return json(member(project, user(user)));
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/api/v4/projects/{id}/members")
    @ResponseStatus(HttpStatus.CREATED)
    MemberJson add(Actor actor, ProjectFacts project, Parameters parameters) {
        User user = wanted(parameters);
        done(membership.add(actor, project, user, role(parameters)));
        return json(member(project, user));
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PutMapping("/api/v4/projects/{id}/members/{user}")
    MemberJson change(Actor actor, ProjectFacts project, @PathVariable long user, Parameters parameters) {
        User found = user(user);
        done(membership.change(actor, project, found, role(parameters)));
        return json(member(project, found));
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @DeleteMapping("/api/v4/projects/{id}/members/{user}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Actor actor, ProjectFacts project, @PathVariable long user) {
        done(membership.remove(actor, project, user(user)));
    }

    private static void done(MemberChange change) {
        switch (change) {
            case MemberChange.Done() -> {}
            case MemberChange.AlreadyMember() -> throw ApiException.conflict("Member already exists");
            case MemberChange.NotAMember() -> throw ApiException.notFound("Member");
            case MemberChange.LastOwner() -> throw ApiException.forbidden();
        }
    }

    private User wanted(Parameters parameters) {
        Optional<String> username = parameters.text("username").filter(name -> !name.isBlank());
        return username.isPresent()
                ? users.find(username.get()).orElseThrow(() -> ApiException.notFound("User"))
                : user(parameters.requiredNumber("user_id"));
    }

    private User user(long id) {
        return Optional.of(id)
                .filter(number -> number > 0)
                .flatMap(number -> users.find(new UserId(number)))
                .orElseThrow(() -> ApiException.notFound("User"));
    }

    private static Role role(Parameters parameters) {
        long level = parameters.requiredNumber("access_level");
        return Role.of((int) Math.clamp(level, 0, 1000)).orElseThrow(() -> ApiException.malformed("access_level"));
    }

    private Member member(ProjectFacts project, User user) {
        return members.find(project.id(), user.id()).orElseThrow(() -> ApiException.notFound("Member"));
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
                null,
                "active",
                member.addedBy().map(by -> ShortUser.of(by, urls)).orElse(null));
    }
}
