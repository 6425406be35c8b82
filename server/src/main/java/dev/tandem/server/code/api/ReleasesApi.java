package dev.tandem.server.code.api;

import dev.tandem.server.code.NewRelease;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.PushRefusal;
import dev.tandem.server.code.Release;
import dev.tandem.server.code.ReleaseLink;
import dev.tandem.server.code.Releases;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.code.Slice;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Releases and their links in the REST API. A job may make a release by its token, as far as its user may. */
@RestController
class ReleasesApi {
    private static final String ALL = "/api/v4/projects/{id}/releases";
    private static final String ONE = ALL + "/{tag}";
    private static final String LINKS = ONE + "/assets/links";

    private final Code code;
    private final Releases releases;
    private final Repositories repositories;
    private final Users users;
    private final Json json;
    private final ServerUrls urls;
    private final Clock clock;

    ReleasesApi(
            Code code,
            Releases releases,
            Repositories repositories,
            Users users,
            Json json,
            ServerUrls urls,
            Clock clock) {
        this.code = code;
        this.releases = releases;
        this.repositories = repositories;
        this.users = users;
        this.json = json;
        this.urls = urls;
        this.clock = clock;
    }

    @GetMapping(ALL)
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts facts, Parameters parameters, Paging paging) {
        Project project = code.project(facts);
        Releases.Order order = new Releases.Order(
                parameters.text("order_by").filter("created_at"::equals).isPresent(),
                parameters.text("sort").filter("asc"::equals).isPresent());
        Slice<Release> found = releases.list(project.id(), order, paging.offset(), paging.limit());
        return Code.listing(found, paging).map(release -> shape(project, release));
    }

    @GetMapping(ONE)
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> one(ProjectFacts facts, @PathVariable String tag) {
        return shape(code.project(facts), existing(facts, tag));
    }

    @GetMapping(ALL + "/permalink/latest")
    @Requires(Permission.READ_CODE)
    ResponseEntity<Void> latest(ProjectFacts facts) {
        Release release = releases.list(facts.id(), Releases.Order.NEWEST_FIRST, 0, 1).items().stream()
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("Not found"));
        return moved(urls.external() + "/api/v4/projects/" + facts.id() + "/releases/" + encoded(release.tagName()));
    }

    @GetMapping(ONE + "/downloads/{*path}")
    @Requires(Permission.READ_CODE)
    ResponseEntity<Void> download(ProjectFacts facts, @PathVariable String tag, @PathVariable String path) {
        return existing(facts, tag).links().stream()
                .filter(link -> path.equals(link.filepath()))
                .findFirst()
                .map(link -> moved(link.url()))
                .orElseThrow(() -> ApiException.notFound("Not found"));
    }

    @PostMapping(ALL)
    @Requires(Permission.RELEASE)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> create(Actor actor, ProjectFacts facts, Parameters parameters) {
        Project project = code.project(facts);
        if (!parameters.texts("milestones").isEmpty()) {
            throw new ApiException(400, "Milestone(s) not found: " + String.join(", ", parameters.texts("milestones")));
        }
        List<ReleaseLink> links = parameters.object("assets").map(assets -> assets.objects("links")).stream()
                .flatMap(List::stream)
                .map(ReleasesApi::link)
                .toList();
        NewRelease wish = new NewRelease(
                parameters.requiredText("tag_name"),
                parameters.text("name").orElse(null),
                parameters.text("description").orElse(""),
                parameters.text("ref").orElse(null),
                parameters.text("tag_message").orElse(""),
                parameters.time("released_at").orElse(null),
                links);
        return shape(project, done(releases.create(author(actor), project, wish), wish.ref()));
    }

    @PutMapping(ONE)
    @Requires(Permission.PUSH)
    Map<String, @Nullable Object> change(ProjectFacts facts, @PathVariable String tag, Parameters parameters) {
        Project project = code.project(facts);
        Releases.Outcome outcome = releases.change(
                project,
                tag,
                parameters.text("name").orElse(null),
                parameters.text("description").orElse(null),
                parameters.time("released_at").orElse(null));
        return shape(project, done(outcome, null));
    }

    @DeleteMapping(ONE)
    @Requires(Permission.PUSH)
    Map<String, @Nullable Object> delete(ProjectFacts facts, @PathVariable String tag) {
        Project project = code.project(facts);
        return releases.delete(project, tag)
                .map(release -> shape(project, release))
                .orElseThrow(() -> ApiException.notFound("Not found"));
    }

    @GetMapping(LINKS)
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> links(ProjectFacts facts, @PathVariable String tag, Paging paging) {
        Project project = code.project(facts);
        return Listing.cut(existing(facts, tag).links(), paging).map(link -> shape(project, tag, link));
    }

    @PostMapping(LINKS)
    @Requires(Permission.PUSH)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> addLink(ProjectFacts facts, @PathVariable String tag, Parameters parameters) {
        Project project = code.project(facts);
        Release release = done(releases.link(project, tag, link(parameters)), null);
        return shape(project, tag, release.links().getLast());
    }

    @DeleteMapping(LINKS + "/{link:[0-9]+}")
    @Requires(Permission.PUSH)
    Map<String, @Nullable Object> removeLink(ProjectFacts facts, @PathVariable String tag, @PathVariable long link) {
        Project project = code.project(facts);
        return releases.unlink(project, tag, link)
                .map(old -> shape(project, tag, old))
                .orElseThrow(() -> ApiException.notFound("Not found"));
    }

    /** Older clients call the path by its older name. */
    private static ReleaseLink link(Parameters given) {
        String path = given.text("direct_asset_path")
                .or(() -> given.text("filepath"))
                .filter(text -> !text.isBlank())
                .orElse(null);
        return new ReleaseLink(
                0,
                given.requiredText("name"),
                given.requiredText("url"),
                path,
                given.text("link_type").filter(text -> !text.isBlank()).orElse("other"));
    }

    private static Release done(Releases.Outcome outcome, @Nullable String ref) {
        return switch (outcome) {
            case Releases.Outcome.Done(Release release) -> release;
            case Releases.Outcome.Exists exists -> throw ApiException.conflict("Release already exists");
            case Releases.Outcome.NoRef none -> throw new ApiException(422, "Ref is not specified");
            case Releases.Outcome.UnknownRef unknown -> throw new ApiException(400, "Target " + ref + " is invalid");
            case Releases.Outcome.Refused(PushRefusal refusal) -> throw Refusals.of(refusal);
            case Releases.Outcome.Invalid(String why) -> throw new ApiException(400, why);
            case Releases.Outcome.Missing missing -> throw ApiException.notFound("Not found");
        };
    }

    /** The person who releases; for a job the one in whose name it runs. */
    private Actor.Person author(Actor actor) {
        return switch (actor) {
            case Actor.Person person -> person;
            case Actor.Job job ->
                users.find(job.user())
                        .filter(user -> !user.blocked())
                        .map(user -> new Actor.Person(user, TokenScope.all()))
                        .orElseThrow(ApiException::forbidden);
            case Actor.Anonymous() -> throw ApiException.unauthorized();
        };
    }

    private Release existing(ProjectFacts facts, String tag) {
        return releases.find(facts.id(), tag).orElseThrow(() -> ApiException.notFound("Not found"));
    }

    private Map<String, @Nullable Object> shape(Project project, Release release) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("tag_name", release.tagName());
        body.put("name", release.name());
        body.put("description", release.description());
        body.put("created_at", release.createdAt());
        body.put("released_at", release.releasedAt());
        body.put("upcoming_release", release.releasedAt().isAfter(clock.instant()));
        users.find(new UserId(release.authorId())).ifPresent(user -> body.put("author", author(user)));
        repositories
                .commit(project.id(), release.sha())
                .ifPresent(commit -> body.put("commit", json.commit(project, commit)));
        body.put("milestones", List.of());
        body.put("commit_path", "/" + project.fullPath() + "/-/commit/" + release.sha());
        body.put("tag_path", "/" + project.fullPath() + "/-/tags/" + encoded(release.tagName()));
        Map<String, @Nullable Object> assets = new LinkedHashMap<>();
        List<Map<String, Object>> sources =
                List.of(source(project, release, "zip"), source(project, release, "tar.gz"));
        assets.put("count", sources.size() + release.links().size());
        assets.put("sources", sources);
        assets.put(
                "links",
                release.links().stream()
                        .map(link -> shape(project, release.tagName(), link))
                        .toList());
        body.put("assets", assets);
        body.put("evidences", List.of());
        body.put("_links", Map.of("self", page(project, release.tagName())));
        return body;
    }

    private Map<String, @Nullable Object> shape(Project project, String tag, ReleaseLink link) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", link.id());
        body.put("name", link.name());
        body.put("url", link.url());
        body.put(
                "direct_asset_url",
                link.filepath() == null ? link.url() : page(project, tag) + "/downloads" + link.filepath());
        body.put("link_type", link.type());
        return body;
    }

    private Map<String, Object> source(Project project, Release release, String format) {
        String name = project.path() + "-" + release.tagName().replace('/', '-') + "." + format;
        return Map.of(
                "format",
                format,
                "url",
                urls.external() + "/" + project.fullPath() + "/-/archive/" + encoded(release.tagName()) + "/"
                        + encoded(name));
    }

    private Map<String, @Nullable Object> author(User user) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("id", user.id().value());
        body.put("username", user.username());
        body.put("name", user.name());
        body.put("state", user.state().word());
        body.put("locked", false);
        body.put("avatar_url", null);
        body.put("web_url", urls.external() + "/" + user.username());
        return body;
    }

    private String page(Project project, String tag) {
        return urls.external() + "/" + project.fullPath() + "/-/releases/" + encoded(tag);
    }

    private static String encoded(String tag) {
        return URLEncoder.encode(tag, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static ResponseEntity<Void> moved(String to) {
        return ResponseEntity.status(HttpStatus.FOUND).location(URI.create(to)).build();
    }
}
