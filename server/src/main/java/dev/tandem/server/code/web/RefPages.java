package dev.tandem.server.code.web;

import dev.tandem.server.code.Archives;
import dev.tandem.server.code.Branch;
import dev.tandem.server.code.BranchHistory;
import dev.tandem.server.code.Branches;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.ProtectedBranch;
import dev.tandem.server.code.ProtectedBranches;
import dev.tandem.server.code.ProtectedTag;
import dev.tandem.server.code.ProtectedTags;
import dev.tandem.server.code.PushRefusal;
import dev.tandem.server.code.RefEdits;
import dev.tandem.server.code.Slice;
import dev.tandem.server.code.Tag;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Branches and tags of a project, and archives of what they lead to. */
@Controller
public final class RefPages {
    private static final int PER_PAGE = 30;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_MESSAGE = 10_000;
    private static final Duration PATIENCE_WITH_COUNTING = Duration.ofSeconds(1);

    private final Places places;
    private final Branches branches;
    private final BranchHistory history;
    private final ProtectedBranches protectedBranches;
    private final ProtectedTags protectedTags;
    private final RefEdits refs;
    private final Archives archives;
    private final Access access;

    RefPages(
            Places places,
            Branches branches,
            BranchHistory history,
            ProtectedBranches protectedBranches,
            ProtectedTags protectedTags,
            RefEdits refs,
            Archives archives,
            Access access) {
        this.places = places;
        this.branches = branches;
        this.history = history;
        this.protectedBranches = protectedBranches;
        this.protectedTags = protectedTags;
        this.refs = refs;
        this.archives = archives;
        this.access = access;
    }

    /**
     * A branch in the list.
     *
     * @param divergence from the default branch; null for the default branch itself, and when counting took too long
     * @param mayDelete whether the person who looks may
     */
    public record BranchRow(
            Branch branch,
            boolean isDefault,
            boolean isProtected,
            BranchHistory.@Nullable Divergence divergence,
            boolean mayDelete) {
        /** Whether the default branch has everything. */
        public boolean isMerged() {
            return divergence != null && divergence.ahead() == 0;
        }

        /** {@code 12}, or {@code 1000+}. */
        public static String count(int commits) {
            return commits >= BranchHistory.MOST_COUNTED ? commits + "+" : Integer.toString(commits);
        }
    }

    /** A tag in the list. */
    public record TagRow(Tag tag, boolean isProtected, boolean mayDelete) {}

    /**
     * One page of branches.
     *
     * @param previous address of the page before; null on the first
     * @param next address of the page after; null on the last
     */
    public record BranchesModel(
            Project project,
            String search,
            List<BranchRow> rows,
            int total,
            boolean mayPush,
            @Nullable String previous,
            @Nullable String next) {
        public ProjectNav nav() {
            return new ProjectNav(project.id(), project.fullPath(), project.name());
        }

        public Links links() {
            return new Links(project.fullPath());
        }
    }

    /**
     * One page of tags, newest first.
     *
     * @param previous address of the page before; null on the first
     * @param next address of the page after; null on the last
     */
    public record TagsModel(
            Project project,
            String search,
            List<TagRow> rows,
            int total,
            boolean mayPush,
            @Nullable String previous,
            @Nullable String next) {
        public ProjectNav nav() {
            return new ProjectNav(project.id(), project.fullPath(), project.name());
        }

        public Links links() {
            return new Links(project.fullPath());
        }
    }

    @GetMapping("/{project}/-/branches")
    @Requires(Permission.READ_CODE)
    Page branches(
            Actor actor,
            ProjectFacts facts,
            @RequestParam(name = "search", defaultValue = "") String search,
            @RequestParam(name = "page", defaultValue = "1") int asked) {
        int page = Math.clamp(asked, 1, 100_000);
        return places.project(facts)
                .map(project ->
                        new Page("code/branches.jte", branchesModel(actor, facts, project, search.strip(), page)))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    @GetMapping("/{project}/-/tags")
    @Requires(Permission.READ_CODE)
    Page tags(
            Actor actor,
            ProjectFacts facts,
            @RequestParam(name = "search", defaultValue = "") String search,
            @RequestParam(name = "page", defaultValue = "1") int asked) {
        int page = Math.clamp(asked, 1, 100_000);
        return places.project(facts)
                .map(project -> new Page("code/tags.jte", tagsModel(actor, facts, project, search.strip(), page)))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    @PostMapping("/{project}/-/branches")
    @Requires(Permission.PUSH)
    @Nullable
    Page createBranch(
            Actor actor,
            ProjectFacts facts,
            @RequestParam(name = "name") String name,
            @RequestParam(name = "from") String from,
            HttpServletResponse response)
            throws IOException {
        Project project = places.project(facts).orElseThrow();
        RefEdits.Outcome outcome = name.length() > LONGEST_NAME
                ? new RefEdits.Outcome.BadName()
                : refs.createBranch(actor, project, name.strip(), from.strip());
        return told(response, new Links(facts.fullPath()).branches(), outcome, "code.branches.created", name);
    }

    @PostMapping("/{project}/-/branches/delete")
    @Requires(Permission.PUSH)
    @Nullable
    Page deleteBranch(
            Actor actor, ProjectFacts facts, @RequestParam(name = "name") String name, HttpServletResponse response)
            throws IOException {
        RefEdits.Outcome outcome =
                refs.deleteBranch(actor, places.project(facts).orElseThrow(), name);
        return told(response, new Links(facts.fullPath()).branches(), outcome, "code.branches.deleted", name);
    }

    @PostMapping("/{project}/-/branches/delete-merged")
    @Requires(Permission.PUSH)
    @Nullable
    Page deleteMerged(Actor actor, ProjectFacts facts, HttpServletResponse response) throws IOException {
        int gone = refs.deleteMerged(actor, places.project(facts).orElseThrow()).size();
        Flash.leave(response, "code.branches.merged.deleted", gone);
        response.sendRedirect(new Links(facts.fullPath()).branches());
        return null;
    }

    @PostMapping("/{project}/-/tags")
    @Requires(Permission.PUSH)
    @Nullable
    Page createTag(
            Actor actor,
            ProjectFacts facts,
            @RequestParam(name = "name") String name,
            @RequestParam(name = "from") String from,
            @RequestParam(name = "message", defaultValue = "") String message,
            HttpServletResponse response)
            throws IOException {
        Project project = places.project(facts).orElseThrow();
        RefEdits.Outcome outcome = actor instanceof Actor.Person person
                        && name.length() <= LONGEST_NAME
                        && message.length() <= LONGEST_MESSAGE
                ? refs.createTag(person, project, name.strip(), from.strip(), message)
                : new RefEdits.Outcome.BadName();
        return told(response, new Links(facts.fullPath()).tags(), outcome, "code.tags.created", name);
    }

    @PostMapping("/{project}/-/tags/delete")
    @Requires(Permission.PUSH)
    @Nullable
    Page deleteTag(
            Actor actor, ProjectFacts facts, @RequestParam(name = "name") String name, HttpServletResponse response)
            throws IOException {
        RefEdits.Outcome outcome = refs.deleteTag(actor, places.project(facts).orElseThrow(), name);
        return told(response, new Links(facts.fullPath()).tags(), outcome, "code.tags.deleted", name);
    }

    /** The last name of the address is the file's, and its ending the format: {@code /-/archive/main/shop-main.zip}. */
    @GetMapping("/{project}/-/archive/{*rest}")
    @Requires(Permission.READ_CODE)
    @Nullable
    Page archive(ProjectFacts facts, @PathVariable String rest, HttpServletResponse response) throws IOException {
        Optional<Place> place = places.find(facts, rest);
        Optional<Archives.Format> format = place.flatMap(at -> Archives.Format.ofName(at.path()));
        if (place.isEmpty() || format.isEmpty() || place.get().path().contains("/")) {
            return ErrorPages.of(404, null);
        }
        String name = place.get().project().path() + "-" + place.get().ref().replace('/', '-');
        response.setContentType(format.get().mediaType());
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", RawTypes.SANDBOX);
        response.setHeader(
                "Content-Disposition",
                "attachment; filename*=UTF-8''"
                        + Links.encoded(name + "." + format.get().ending()));
        archives.write(facts.id(), place.get().sha(), "", name, format.get(), response.getOutputStream());
        return null;
    }

    private BranchesModel branchesModel(Actor actor, ProjectFacts facts, Project project, String search, int page) {
        int offset = (page - 1) * PER_PAGE;
        String wanted = search.toLowerCase(Locale.ROOT);
        Slice<Branch> found = branches.list(
                project.id(), name -> name.toLowerCase(Locale.ROOT).contains(wanted), offset, PER_PAGE);
        Map<String, BranchHistory.Divergence> divergence = branches.find(project.id(), project.defaultBranch())
                .map(base -> history.divergence(
                        project.id(),
                        base.commit().sha(),
                        found.items().stream()
                                .map(branch -> branch.commit().sha())
                                .toList(),
                        PATIENCE_WITH_COUNTING))
                .orElse(Map.of());
        List<ProtectedBranch> rules = protectedBranches.list(project.id());
        boolean mayPush = access.decide(actor, Permission.PUSH, facts).isAllowed();
        boolean maintains =
                access.decide(actor, Permission.MANAGE_PROJECT, facts).isAllowed();
        List<BranchRow> rows = found.items().stream()
                .map(branch -> {
                    boolean isDefault = branch.name().equals(project.defaultBranch());
                    boolean isProtected = rules.stream().anyMatch(rule -> rule.covers(branch.name()));
                    return new BranchRow(
                            branch,
                            isDefault,
                            isProtected,
                            isDefault ? null : divergence.get(branch.commit().sha()),
                            mayPush && !isDefault && (!isProtected || maintains));
                })
                .toList();
        String here = new Links(facts.fullPath()).branches();
        return new BranchesModel(
                project,
                search,
                rows,
                found.total(),
                mayPush && !project.isEmpty(),
                page > 1 ? address(here, search, page - 1) : null,
                found.total() > offset + PER_PAGE ? address(here, search, page + 1) : null);
    }

    private TagsModel tagsModel(Actor actor, ProjectFacts facts, Project project, String search, int page) {
        int offset = (page - 1) * PER_PAGE;
        Slice<Tag> found = branches.tags(project.id(), search, Branches.TagOrder.NEWEST_FIRST, offset, PER_PAGE);
        List<ProtectedTag> rules = protectedTags.list(project.id());
        boolean mayPush = access.decide(actor, Permission.PUSH, facts).isAllowed();
        boolean maintains = access.effectiveRole(actor, project.id())
                .filter(role -> role.atLeast(Role.MAINTAINER))
                .isPresent();
        List<TagRow> rows = found.items().stream()
                .map(tag -> {
                    boolean isProtected = rules.stream().anyMatch(rule -> rule.covers(tag.name()));
                    return new TagRow(tag, isProtected, mayPush && (!isProtected || maintains));
                })
                .toList();
        String here = new Links(facts.fullPath()).tags();
        return new TagsModel(
                project,
                search,
                rows,
                found.total(),
                mayPush && !project.isEmpty(),
                page > 1 ? address(here, search, page - 1) : null,
                found.total() > offset + PER_PAGE ? address(here, search, page + 1) : null);
    }

    private static String address(String here, String search, int page) {
        String query = search.isEmpty() ? "" : "search=" + URLEncoder.encode(search, StandardCharsets.UTF_8) + "&";
        return here + "?" + query + "page=" + page;
    }

    private static @Nullable Page told(
            HttpServletResponse response, String back, RefEdits.Outcome outcome, String done, String name)
            throws IOException {
        String key = key(outcome, done);
        if (outcome instanceof RefEdits.Outcome.Done) {
            Flash.leave(response, key, name);
        } else {
            Flash.refuse(response, key, name);
        }
        response.sendRedirect(back);
        return null;
    }

    private static String key(RefEdits.Outcome outcome, String done) {
        return switch (outcome) {
            case RefEdits.Outcome.Done ok -> done;
            case RefEdits.Outcome.NameTaken taken -> "code.refs.taken";
            case RefEdits.Outcome.BadName bad -> "code.refs.bad-name";
            case RefEdits.Outcome.Missing missing -> "code.refs.missing";
            case RefEdits.Outcome.Refused(PushRefusal refusal) ->
                switch (refusal) {
                    case PushRefusal.RoleNeeded role -> "code.refs.role-needed";
                    case PushRefusal.TagRoleNeeded role -> "code.refs.role-needed";
                    case PushRefusal.DeletionForbidden deletion -> "code.refs.protected";
                    case PushRefusal.TagStays tag -> "code.refs.protected";
                    case PushRefusal.DefaultBranchStays branch -> "code.refs.default";
                    case PushRefusal.MovedMeanwhile moved -> "code.refs.moved";
                    case PushRefusal.ReservedRef ref -> "code.refs.bad-name";
                    case PushRefusal.BadName bad -> "code.refs.bad-name";
                    case PushRefusal.ForcePushForbidden force -> "code.refs.protected";
                };
        };
    }
}
