package dev.tandem.server.code.api;

import com.google.re2j.Pattern;
import dev.tandem.server.code.Branch;
import dev.tandem.server.code.BranchHistory;
import dev.tandem.server.code.Branches;
import dev.tandem.server.code.LinearPattern;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.ProtectedBranch;
import dev.tandem.server.code.ProtectedBranches;
import dev.tandem.server.code.RefEdits;
import dev.tandem.server.code.Slice;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Branches and protected branches. */
@RestController
class BranchesApi {
    private static final int LONGEST_NAME = 255;

    private final Code code;
    private final Branches branches;
    private final ProtectedBranches protectedBranches;
    private final BranchHistory history;
    private final RefEdits refs;
    private final Access access;
    private final Json json;

    BranchesApi(
            Code code,
            Branches branches,
            ProtectedBranches protectedBranches,
            BranchHistory history,
            RefEdits refs,
            Access access,
            Json json) {
        this.code = code;
        this.branches = branches;
        this.protectedBranches = protectedBranches;
        this.history = history;
        this.refs = refs;
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
        Slice<Branch> found = branches.list(project.id(), wanted(parameters), paging.offset(), paging.limit());
        Set<String> merged = merged(project, found.items());
        return Code.listing(found, paging)
                .map(branch -> json.branch(
                        project,
                        branch,
                        rules,
                        canPush(role, branch, rules),
                        !branch.name().equals(project.defaultBranch())
                                && merged.contains(branch.commit().sha())));
    }

    /** {@code search} is a part of the name, {@code ^} and {@code $} at its ends as in GitLab; {@code regex} is linear. */
    private static Predicate<String> wanted(Parameters parameters) {
        String search = parameters.text("search").orElse("").toLowerCase(Locale.ROOT);
        boolean begins = search.startsWith("^");
        boolean ends = search.endsWith("$");
        String part = search.substring(begins ? 1 : 0, Math.max(begins ? 1 : 0, search.length() - (ends ? 1 : 0)));
        Predicate<String> bySearch = name -> {
            String lower = name.toLowerCase(Locale.ROOT);
            return (begins || ends || lower.contains(part))
                    && (!begins || lower.startsWith(part))
                    && (!ends || lower.endsWith(part));
        };
        Optional<Pattern> regex = parameters
                .text("regex")
                .map(text -> LinearPattern.compile(text, "").orElseThrow(() -> ApiException.malformed("regex")));
        return regex.map(pattern -> bySearch.and(name -> pattern.matcher(name).find()))
                .orElse(bySearch);
    }

    private Set<String> merged(Project project, List<Branch> listed) {
        return branches.find(project.id(), project.defaultBranch())
                .map(base -> history.contained(
                        project.id(),
                        base.commit().sha(),
                        listed.stream()
                                .filter(branch -> !branch.name().equals(project.defaultBranch()))
                                .map(branch -> branch.commit().sha())
                                .toList()))
                .orElse(Set.of());
    }

    @GetMapping("/api/v4/projects/{id}/repository/branches/{name}")
    @Requires(Permission.READ_CODE)
    Map<String, @Nullable Object> get(Actor actor, ProjectFacts facts, @PathVariable String name) {
        Project project = code.project(facts);
        Branch branch = branches.find(project.id(), name).orElseThrow(() -> ApiException.notFound("Branch"));
        List<ProtectedBranch> rules = protectedBranches.list(project.id());
        Optional<Role> role = access.effectiveRole(actor, project.id());
        boolean merged =
                merged(project, List.of(branch)).contains(branch.commit().sha());
        return json.branch(project, branch, rules, canPush(role, branch, rules), merged);
    }

    @PostMapping("/api/v4/projects/{id}/repository/branches")
    @Requires(Permission.PUSH)
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, @Nullable Object> create(Actor actor, ProjectFacts facts, Parameters parameters) {
        String name = parameters.requiredText("branch");
        String from = parameters.requiredText("ref");
        Refusals.requireDone(refs.createBranch(actor, code.project(facts), name, from), "Branch");
        return get(actor, facts, name);
    }

    @DeleteMapping("/api/v4/projects/{id}/repository/branches/{name}")
    @Requires(Permission.PUSH)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Actor actor, ProjectFacts facts, @PathVariable String name) {
        RefEdits.Outcome outcome = refs.deleteBranch(actor, code.project(facts), name);
        if (outcome instanceof RefEdits.Outcome.Missing) {
            throw ApiException.notFound("Branch");
        }
        Refusals.requireDone(outcome, "Branch");
    }

    @DeleteMapping("/api/v4/projects/{id}/repository/merged_branches")
    @Requires(Permission.PUSH)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, @Nullable Object> deleteMerged(Actor actor, ProjectFacts facts) {
        refs.deleteMerged(actor, code.project(facts));
        return Map.of("message", "202 Accepted");
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

    @PatchMapping("/api/v4/projects/{id}/protected_branches/{name}")
    @Requires(Permission.MANAGE_PROJECT)
    Map<String, @Nullable Object> change(
            Actor actor, ProjectFacts facts, @PathVariable String name, Parameters parameters) {
        ProtectedBranch before = protectedBranches.list(facts.id()).stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("Not found"));
        return protectedBranches
                .change(
                        actor,
                        facts,
                        new ProtectedBranches.Rule(
                                name,
                                level(parameters, "allowed_to_push", before.push()),
                                level(parameters, "allowed_to_merge", before.merge()),
                                parameters.flag("allow_force_push").orElse(before.allowForcePush())))
                .map(Json::protectedBranch)
                .orElseThrow(() -> ApiException.notFound("Not found"));
    }

    /** The access level in a list of one; which users and groups may is not told apart here. */
    private static Optional<Role> level(Parameters parameters, String name, Optional<Role> before) {
        List<Parameters> levels = parameters.objects(name).stream()
                .filter(level -> !level.flag("_destroy").orElse(false))
                .toList();
        if (levels.size() > 1) {
            throw ApiException.malformed(name);
        }
        return levels.isEmpty() ? before : role(levels.getFirst(), "access_level");
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
    static Optional<Role> role(Parameters parameters, String name) {
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
