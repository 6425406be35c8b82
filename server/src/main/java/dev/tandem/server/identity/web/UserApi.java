package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Accounts;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Departure;
import dev.tandem.server.identity.Departures;
import dev.tandem.server.identity.SecondFactors;
import dev.tandem.server.identity.ShortUser;
import dev.tandem.server.identity.SignInProviders;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserActivity;
import dev.tandem.server.identity.UserCreation;
import dev.tandem.server.identity.UserEdit;
import dev.tandem.server.identity.UserFilter;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.ApiTimes;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
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

/** Who I am, who others are, and what this server claims to be. */
@RestController
final class UserApi {
    /** The GitLab whose API this is shaped after; clients branch on it. Ours is {@code revision}'s business. */
    private static final String CLAIMED_VERSION = "18.5.0";

    private final Users users;
    private final Accounts accounts;
    private final Departures departures;
    private final SecondFactors secondFactors;
    private final SignInProviders providers;
    private final ServerUrls urls;

    UserApi(
            Users users,
            Accounts accounts,
            Departures departures,
            SecondFactors secondFactors,
            SignInProviders providers,
            ServerUrls urls) {
        this.users = users;
        this.departures = departures;
        this.accounts = accounts;
        this.secondFactors = secondFactors;
        this.providers = providers;
        this.urls = urls;
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/user")
    Map<String, @Nullable Object> self(Actor.Person person) {
        return full(person.user(), true);
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/users")
    Listing<ShortUser> list(Parameters parameters) {
        Paging paging = parameters.paging();
        Optional<String> username = parameters.text("username");
        if (username.isPresent()) {
            List<ShortUser> one =
                    users.find(username.get()).map(this::brief).stream().toList();
            return Listing.cut(one, paging);
        }
        UserFilter filter = new UserFilter(parameters.text("search").orElse(""), wantedState(parameters));
        List<User> page = users.list(filter, paging.offset(), paging.limit());
        return new Listing<>(page, users.count(filter), paging).map(this::brief);
    }

    private static Optional<User.State> wantedState(Parameters parameters) {
        boolean active = parameters.flag("active").orElse(false);
        boolean blocked = parameters.flag("blocked").orElse(false);
        return active == blocked ? Optional.empty() : Optional.of(active ? User.State.ACTIVE : User.State.BLOCKED);
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/users/{user}")
    Map<String, @Nullable Object> one(Actor.Person person, @PathVariable long user) {
        User found = existing(user);
        return full(
                found, person.user().admin() || found.id().equals(person.user().id()));
    }

    private User existing(long user) {
        return Optional.of(user)
                .filter(id -> id > 0)
                .flatMap(id -> users.find(new UserId(id)))
                .filter(found -> found.state() != User.State.DELETED)
                .orElseThrow(() -> ApiException.notFound("User"));
    }

    /** With {@code password}, or {@code force_random_password} for an account that signs in by other means. */
    @Requires(Permission.ADMINISTER)
    @PostMapping("/api/v4/users")
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> create(Actor.Person person, Parameters parameters) {
        String email = parameters.requiredText("email");
        String name = parameters.requiredText("name");
        String username = parameters.requiredText("username");
        Optional<String> password = parameters.text("password").filter(text -> !text.isEmpty());
        if (password.isEmpty() && !parameters.flag("force_random_password").orElse(false)) {
            throw new ApiException(400, "password or force_random_password must be given");
        }
        boolean admin = parameters.flag("admin").orElse(false);
        return switch (accounts.create(person, username.strip(), name, email.strip(), admin, password)) {
            case UserCreation.Created(User made) -> full(made, true);
            case UserCreation.UsernameTaken() -> throw ApiException.conflict("Username has already been taken");
            case UserCreation.Invalid(String field) -> throw invalid(field);
            case UserCreation.Busy() -> throw busy();
        };
    }

    /** A {@code password} given so is for one sign-in, after which its owner chooses another. */
    @Requires(Permission.ADMINISTER)
    @PutMapping("/api/v4/users/{user}")
    Map<String, @Nullable Object> edit(Actor.Person person, @PathVariable long user, Parameters parameters) {
        User found = existing(user);
        UserEdit edit = new UserEdit(parameters.text("name"), parameters.text("email"), parameters.flag("admin"));
        User edited = switch (accounts.edit(person, found.id(), edit)) {
            case UserEdit.Outcome.Done(User done) -> done;
            case UserEdit.Outcome.NoSuchUser() -> throw ApiException.notFound("User");
            case UserEdit.Outcome.Invalid(String field) -> throw invalid(field);
            case UserEdit.Outcome.LastAdministrator() ->
                throw new ApiException(403, "403 Forbidden - The last administrator stays one");
        };
        parameters
                .text("password")
                .filter(text -> !text.isEmpty())
                .ifPresent(password -> give(person, edited, password));
        return full(edited, true);
    }

    private void give(Actor.Person person, User user, String password) {
        switch (accounts.givePassword(person, user, password)) {
            case DONE -> {}
            case NOT_ACCEPTABLE -> throw invalid("password");
            case BUSY -> throw busy();
        }
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping("/api/v4/users/{user}/block")
    @ResponseStatus(HttpStatus.CREATED)
    boolean block(Actor.Person person, @PathVariable long user) {
        return changed(departures.block(person, existing(user).id()));
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping("/api/v4/users/{user}/unblock")
    @ResponseStatus(HttpStatus.CREATED)
    boolean unblock(Actor.Person person, @PathVariable long user) {
        return changed(departures.unblock(person, existing(user).id()));
    }

    /** Away until the next sign-in. Unlike in GitLab, also for somebody who was here lately. */
    @Requires(Permission.ADMINISTER)
    @PostMapping("/api/v4/users/{user}/deactivate")
    @ResponseStatus(HttpStatus.CREATED)
    boolean deactivate(Actor.Person person, @PathVariable long user) {
        return changed(departures.deactivate(person, existing(user).id()));
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping("/api/v4/users/{user}/activate")
    @ResponseStatus(HttpStatus.CREATED)
    boolean activate(Actor.Person person, @PathVariable long user) {
        return changed(departures.activate(person, existing(user).id()));
    }

    /** With the projects of their own namespace; what else they did stays. */
    @Requires(Permission.ADMINISTER)
    @DeleteMapping("/api/v4/users/{user}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Actor.Person person, @PathVariable long user) {
        changed(departures.delete(person, existing(user).id()));
    }

    private static boolean changed(Departure departure) {
        return switch (departure) {
            case Departure.Done done -> true;
            case Departure.NoSuchUser() -> throw ApiException.notFound("User");
            case Departure.Yourself() -> throw new ApiException(403, "403 Forbidden - You cannot do this to yourself");
            case Departure.LastAdministrator() ->
                throw new ApiException(403, "403 Forbidden - The last administrator stays one");
            case Departure.NotFrom(User.State state) ->
                throw new ApiException(403, "403 Forbidden - A " + state.word() + " user cannot be changed so");
            case Departure.SoleOwner(List<String> groups) ->
                throw ApiException.conflict("User is the only owner of " + String.join(", ", groups)
                        + "; make somebody else an owner first");
        };
    }

    private static ApiException invalid(String field) {
        return ApiException.invalid(field, field.equals("password") ? "needs 8 to 72 characters" : "is invalid");
    }

    private static ApiException busy() {
        return new ApiException(503, "Too many passwords are being hashed; try again");
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/version")
    Map<String, String> version() {
        return Map.of("version", CLAIMED_VERSION, "revision", "tandem");
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/metadata")
    Map<String, @Nullable Object> metadata() {
        Map<String, @Nullable Object> kas = new LinkedHashMap<>();
        kas.put("enabled", false);
        kas.put("externalUrl", null);
        kas.put("externalK8sProxyUrl", null);
        kas.put("version", null);
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>(version());
        metadata.put("kas", kas);
        metadata.put("enterprise", false);
        return metadata;
    }

    private ShortUser brief(User user) {
        return ShortUser.of(user, urls);
    }

    /** Every key that a client's schema demands; what we do not keep is empty, as GitLab sends it for such a user. */
    private Map<String, @Nullable Object> full(User user, boolean withEmail) {
        ShortUser brief = brief(user);
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("id", brief.id());
        all.put("username", brief.username());
        all.put("name", brief.name());
        all.put("state", brief.state());
        all.put("locked", brief.locked());
        all.put("avatar_url", brief.avatarUrl());
        all.put("web_url", brief.webUrl());
        all.put("created_at", ApiTimes.format(user.createdAt()));
        List.of("bio", "website_url", "organization", "job_title").forEach(name -> all.put(name, ""));
        List.of("location", "pronouns", "work_information", "local_time", "theme_id")
                .forEach(name -> all.put(name, null));
        all.put("public_email", null);
        all.put("bot", false);
        if (withEmail) {
            all.put("email", user.email());
            all.put("commit_email", user.email());
            ownKeys(user, all);
        }
        return all;
    }

    private void ownKeys(User user, Map<String, @Nullable Object> all) {
        Optional<UserActivity> activity = users.activity(user.id());
        String signedIn = activity.flatMap(UserActivity::lastSignInAt)
                .map(ApiTimes::format)
                .orElse(null);
        all.put("last_sign_in_at", signedIn);
        all.put("current_sign_in_at", signedIn);
        all.put("confirmed_at", ApiTimes.format(user.createdAt()));
        all.put(
                "last_activity_on",
                activity.flatMap(UserActivity::lastActiveAt).map(ApiTimes::day).orElse(null));
        all.put("color_scheme_id", 1);
        all.put("projects_limit", 100_000);
        all.put(
                "identities",
                providers.links(user.id()).stream()
                        .map(link -> Map.of("provider", link.provider().name(), "extern_uid", link.subject()))
                        .toList());
        all.put("can_create_group", false);
        all.put("can_create_project", true);
        all.put("two_factor_enabled", secondFactors.status(user.id()).since().isPresent());
        all.put("external", false);
        all.put("private_profile", false);
        all.put("is_admin", user.admin());
        // A user's own namespace has the user's number.
        all.put("namespace_id", user.id().value());
    }
}
