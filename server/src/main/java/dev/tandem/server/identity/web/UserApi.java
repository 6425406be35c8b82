package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ShortUser;
import dev.tandem.server.identity.User;
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
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Who I am, who others are, and what this server claims to be. */
@RestController
final class UserApi {
    /** The GitLab whose API this is shaped after; clients branch on it. Ours is {@code revision}'s business. */
    private static final String CLAIMED_VERSION = "18.5.0";

    private final Users users;
    private final ServerUrls urls;

    UserApi(Users users, ServerUrls urls) {
        this.users = users;
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
        String search = parameters.text("search").orElse("");
        List<User> page = users.list(search, paging.offset(), paging.limit());
        return new Listing<>(page, users.count(search), paging).map(this::brief);
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/users/{user}")
    Map<String, @Nullable Object> one(Actor.Person person, @PathVariable long user) {
        User found = Optional.of(user)
                .filter(id -> id > 0)
                .flatMap(id -> users.find(new UserId(id)))
                .orElseThrow(() -> ApiException.notFound("User"));
        return full(
                found, person.user().admin() || found.id().equals(person.user().id()));
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
        List.of("location", "pronouns", "work_information", "local_time", "theme_id", "last_sign_in_at")
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

    private static void ownKeys(User user, Map<String, @Nullable Object> all) {
        all.put("confirmed_at", ApiTimes.format(user.createdAt()));
        all.put("last_activity_on", null);
        all.put("current_sign_in_at", null);
        all.put("color_scheme_id", 1);
        all.put("projects_limit", 100_000);
        all.put("identities", List.of());
        all.put("can_create_group", false);
        all.put("can_create_project", true);
        all.put("two_factor_enabled", false);
        all.put("external", false);
        all.put("private_profile", false);
        all.put("is_admin", user.admin());
        // A user's own namespace has the user's number.
        all.put("namespace_id", user.id().value());
    }
}
