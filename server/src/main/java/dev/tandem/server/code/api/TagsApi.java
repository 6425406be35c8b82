package dev.tandem.server.code.api;

import dev.tandem.server.code.Branches;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.ProtectedTag;
import dev.tandem.server.code.ProtectedTags;
import dev.tandem.server.code.RefEdits;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Tags and protected tags. */
@RestController
class TagsApi {
    private static final int LONGEST_NAME = 255;

    private final Code code;
    private final Branches branches;
    private final ProtectedTags protectedTags;
    private final RefEdits refs;
    private final Json json;

    TagsApi(Code code, Branches branches, ProtectedTags protectedTags, RefEdits refs, Json json) {
        this.code = code;
        this.branches = branches;
        this.protectedTags = protectedTags;
        this.refs = refs;
        this.json = json;
    }

    @GetMapping("/api/v4/projects/{id}/repository/tags")
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> list(ProjectFacts facts, Parameters parameters) {
        Project project = code.project(facts);
        Paging paging = parameters.paging();
        List<ProtectedTag> rules = protectedTags.list(project.id());
        boolean byName = parameters.text("order_by").filter("name"::equals).isPresent();
        boolean ascending = parameters.text("sort").filter("asc"::equals).isPresent();
        Branches.TagOrder order = new Branches.TagOrder(byName, ascending);
        String search = parameters.text("search").orElse("");
        return Code.listing(branches.tags(project.id(), search, order, paging.offset(), paging.limit()), paging)
                .map(tag -> json.tag(project, tag, rules));
    }

    @GetMapping("/api/v4/projects/{id}/repository/tags/{name}")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> get(ProjectFacts facts, @PathVariable String name) {
        return branches.tag(facts.id(), name)
                .map(tag -> json.tag(code.project(facts), tag, protectedTags.list(facts.id())))
                .orElseThrow(() -> ApiException.notFound("Tag"));
    }

    @PostMapping("/api/v4/projects/{id}/repository/tags")
    @Requires(Permission.PUSH)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> create(Actor actor, ProjectFacts facts, Parameters parameters) {
        String name = parameters.requiredText("tag_name");
        String from = parameters.requiredText("ref");
        String message = parameters.text("message").orElse("");
        Project project = code.project(facts);
        Refusals.requireDone(refs.createTag(Code.person(actor), project, name, from, message), "Tag");
        return get(facts, name);
    }

    @DeleteMapping("/api/v4/projects/{id}/repository/tags/{name}")
    @Requires(Permission.PUSH)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Actor actor, ProjectFacts facts, @PathVariable String name) {
        RefEdits.Outcome outcome = refs.deleteTag(actor, code.project(facts), name);
        if (outcome instanceof RefEdits.Outcome.Missing) {
            throw ApiException.notFound("Tag");
        }
        Refusals.requireDone(outcome, "Tag");
    }

    @GetMapping("/api/v4/projects/{id}/protected_tags")
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> protectedTags(ProjectFacts facts, Paging paging) {
        return Listing.cut(protectedTags.list(facts.id()), paging).map(Json::protectedTag);
    }

    @GetMapping("/api/v4/projects/{id}/protected_tags/{name}")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> protectedTag(ProjectFacts facts, @PathVariable String name) {
        return protectedTags.list(facts.id()).stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .map(Json::protectedTag)
                .orElseThrow(() -> ApiException.notFound("Not found"));
    }

    @PostMapping("/api/v4/projects/{id}/protected_tags")
    @Requires(Permission.MANAGE_PROJECT)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> protect(Actor actor, ProjectFacts facts, Parameters parameters) {
        String name = parameters.requiredText("name");
        if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw ApiException.malformed("name");
        }
        Optional<Role> create = BranchesApi.role(parameters, "create_access_level");
        return protectedTags
                .protect(actor, facts, name, create)
                .map(Json::protectedTag)
                .orElseThrow(() -> ApiException.conflict("Protected tag '" + name + "' already exists"));
    }

    @DeleteMapping("/api/v4/projects/{id}/protected_tags/{name}")
    @Requires(Permission.MANAGE_PROJECT)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unprotect(Actor actor, ProjectFacts facts, @PathVariable String name) {
        if (!protectedTags.unprotect(actor, facts, name)) {
            throw ApiException.notFound("Not found");
        }
    }
}
