package dev.tandem.server.code.api;

import dev.tandem.server.code.Branch;
import dev.tandem.server.code.Branches;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.ProtectedBranch;
import dev.tandem.server.code.ProtectedBranches;
import dev.tandem.server.identity.Access;
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

/** Branches, tags and protected branches. */
@RestController
class BranchesApi {
    private static final int LONGEST_NAME = 255;

    private final Code code;
    private final Branches branches;
    private final ProtectedBranches protectedBranches;
    private final Access access;
    private final Json json;

    BranchesApi(Code code, Branches branches, ProtectedBranches protectedBranches, Access access, Json json) {
        this.code = code;
        this.branches = branches;
        this.protectedBranches = protectedBranches;
        this.access = access;
        this.json = json;
    }

    @GetMapping("/api/v4/projects/{id}/repository/branches")
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> list(Actor actor, ProjectFacts facts, Parameters parameters) {
        Project project = code.project(facts);
        Paging paging = parameters.paging();
        List<ProtectedBranch> rules = protectedBranches.list(project.id());
        Optional<Role> role = access.effectiveRole(actor, project.id());
        String search = parameters.text("search").orElse("");
        return Code.listing(branches.list(project.id(), search, paging.offset(), paging.limit()), paging)
                .map(branch -> json.branch(project, branch, rules, canPush(role, branch, rules)));
    }

    @GetMapping("/api/v4/projects/{id}/repository/branches/{name}")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> get(Actor actor, ProjectFacts facts, @PathVariable String name) {
        Project project = code.project(facts);
        Branch branch = branches.find(project.id(), name).orElseThrow(() -> ApiException.notFound("Branch"));
        List<ProtectedBranch> rules = protectedBranches.list(project.id());
        Optional<Role> role = access.effectiveRole(actor, project.id());
        return json.branch(project, branch, rules, canPush(role, branch, rules));
    }

    @GetMapping("/api/v4/projects/{id}/repository/tags")
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> tags(ProjectFacts facts, Parameters parameters) {
        Project project = code.project(facts);
        Paging paging = parameters.paging();
        String search = parameters.text("search").orElse("");
        return Code.listing(branches.tags(project.id(), search, paging.offset(), paging.limit()), paging)
                .map(tag -> json.tag(project, tag));
    }

    @GetMapping("/api/v4/projects/{id}/repository/tags/{name}")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> tag(ProjectFacts facts, @PathVariable String name) {
        return branches.tag(facts.id(), name)
                .map(tag -> json.tag(code.project(facts), tag))
                .orElseThrow(() -> ApiException.notFound("Tag"));
    }

    @GetMapping("/api/v4/projects/{id}/protected_branches")
    @Requires(Permission.READ_CODE)
    Listing<Map<String, @Nullable Object>> protectedBranches(ProjectFacts facts, Paging paging) {
        return Listing.cut(protectedBranches.list(facts.id()), paging).map(Json::protectedBranch);
    }

    @GetMapping("/api/v4/projects/{id}/protected_branches/{name}")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> protectedBranch(ProjectFacts facts, @PathVariable String name) {
        return protectedBranches.list(facts.id()).stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .map(Json::protectedBranch)
                .orElseThrow(() -> ApiException.notFound("Not found"));
    }

    @PostMapping("/api/v4/projects/{id}/protected_branches")
    @Requires(Permission.MANAGE_PROJECT)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> protect(Actor actor, ProjectFacts facts, Parameters parameters) {
        String name = parameters.requiredText("name");
        if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw ApiException.malformed("name");
        }
        return protectedBranches
                .protect(
                        actor,
                        facts,
                        new ProtectedBranches.Rule(
                                name,
                                role(parameters, "push_access_level"),
                                role(parameters, "merge_access_level"),
                                parameters.flag("allow_force_push").orElse(false)))
                .map(Json::protectedBranch)
                .orElseThrow(() -> ApiException.conflict("Protected branch '" + name + "' already exists"));
    }

    @DeleteMapping("/api/v4/projects/{id}/protected_branches/{name}")
    @Requires(Permission.MANAGE_PROJECT)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unprotect(Actor actor, ProjectFacts facts, @PathVariable String name) {
        if (!protectedBranches.unprotect(actor, facts, name)) {
            throw ApiException.notFound("Not found");
        }
    }

    /** 0: no one; 30: developers and above; 40, which is also the default: maintainers and above. */
    private static Optional<Role> role(Parameters parameters, String name) {
        long level = parameters.number(name).orElse(40L);
        return switch ((int) Math.clamp(level, -1, 100)) {
            case ProtectedBranch.NO_ONE -> Optional.empty();
            case 30 -> Optional.of(Role.DEVELOPER);
            case 40 -> Optional.of(Role.MAINTAINER);
            default -> throw ApiException.malformed(name);
        };
    }

    private static boolean canPush(Optional<Role> role, Branch branch, List<ProtectedBranch> rules) {
        if (role.isEmpty() || !role.get().atLeast(Role.DEVELOPER)) {
            return false;
        }
        List<ProtectedBranch> covering =
                rules.stream().filter(rule -> rule.covers(branch.name())).toList();
        return covering.isEmpty()
                || covering.stream()
                        .anyMatch(
                                rule -> rule.push().filter(role.get()::atLeast).isPresent());
    }
}
