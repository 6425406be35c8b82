package dev.tandem.server.code.api;

import dev.tandem.server.code.Branch;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Diff;
import dev.tandem.server.code.FileDiff;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.ProtectedBranch;
import dev.tandem.server.code.ProtectedTag;
import dev.tandem.server.code.Tag;
import dev.tandem.server.code.TreeEntry;
import dev.tandem.server.code.ssh.SshGit;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Role;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes what this package owns as JSON objects. Safe for use by many threads. */
@Component
class Json {
    private final ServerUrls urls;
    private final SshGit ssh;
    private final Namespaces namespaces;

    Json(ServerUrls urls, SshGit ssh, Namespaces namespaces) {
        this.urls = urls;
        this.ssh = ssh;
        this.namespaces = namespaces;
    }

    /** What who asks is: given in the project itself, and in the groups above it. */
    record Roles(Optional<Role> ofProject, Optional<Role> ofGroup) {}

    Map<String, @Nullable Object> project(Project project, Roles roles) {
        Map<String, @Nullable Object> json = simple(project);
        json.put("creator_id", project.creatorId());
        json.put("empty_repo", project.isEmpty());
        json.put("archived", false);
        json.put("visibility", project.isPublic() ? "public" : "private");
        json.put("updated_at", project.updatedAt());
        json.put("open_issues_count", 0);
        features(json);
        json.put("ci_config_path", null);
        json.put("ci_default_git_depth", 20);
        json.put("build_timeout", 3600);
        json.put("mirror", false);
        String marked = project.mark()
                .map(mark -> LocalDate.ofInstant(mark.at(), ZoneOffset.UTC).toString())
                .orElse(null);
        json.put("marked_for_deletion_at", marked);
        json.put("marked_for_deletion_on", marked);
        json.put("import_status", "none");
        json.put("shared_with_groups", List.of());
        json.put("permissions", permissions(roles));
        json.put("_links", links(project));
        return json;
    }

    /** What names and locates a project. */
    Map<String, @Nullable Object> simple(Project project) {
        String web = urls.external() + "/" + project.fullPath();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", project.id());
        json.put("description", project.description().isEmpty() ? null : project.description());
        json.put("name", project.name());
        Optional<Namespace> namespace = namespaces.holding(project.id());
        json.put(
                "name_with_namespace",
                namespace.map(namespaces::fullName).orElse(project.namespace()) + " / " + project.name());
        json.put("path", project.path());
        json.put("path_with_namespace", project.fullPath());
        json.put("created_at", project.createdAt());
        json.put("default_branch", project.isEmpty() ? null : project.defaultBranch());
        json.put("tag_list", List.of());
        json.put("topics", List.of());
        json.put("ssh_url_to_repo", ssh.url(project.fullPath()).orElse(""));
        json.put("http_url_to_repo", web + ".git");
        json.put("web_url", web);
        json.put("readme_url", null);
        json.put("forks_count", 0);
        json.put("avatar_url", null);
        json.put("star_count", 0);
        json.put("last_activity_at", project.updatedAt());
        namespace.ifPresent(found -> json.put("namespace", namespace(found)));
        return json;
    }

    Map<String, @Nullable Object> commit(Project project, Commit commit) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", commit.sha());
        json.put("short_id", commit.shortSha());
        json.put("title", commit.title());
        json.put("message", commit.message());
        json.put("author_name", commit.authorName());
        json.put("author_email", commit.authorEmail());
        json.put("authored_date", commit.authoredAt());
        json.put("committer_name", commit.committerName());
        json.put("committer_email", commit.committerEmail());
        json.put("committed_date", commit.committedAt());
        json.put("created_at", commit.committedAt());
        json.put("parent_ids", commit.parents());
        json.put("trailers", Map.of());
        json.put("extended_trailers", Map.of());
        json.put("web_url", web(project) + "/-/commit/" + commit.sha());
        return json;
    }

    /**
     * @param canPush whether who asks may push to it
     * @param merged whether the default branch has all its commits
     */
    Map<String, @Nullable Object> branch(
            Project project, Branch branch, List<ProtectedBranch> rules, boolean canPush, boolean merged) {
        List<ProtectedBranch> covering =
                rules.stream().filter(rule -> rule.covers(branch.name())).toList();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", branch.name());
        json.put("default", branch.name().equals(project.defaultBranch()));
        json.put("protected", !covering.isEmpty());
        json.put("merged", merged);
        json.put("can_push", canPush);
        json.put(
                "developers_can_push",
                developersMay(covering.stream().map(ProtectedBranch::push).toList()));
        json.put(
                "developers_can_merge",
                developersMay(covering.stream().map(ProtectedBranch::merge).toList()));
        json.put("web_url", web(project) + "/-/tree/" + encodedPath(branch.name()));
        json.put("commit", commit(project, branch.commit()));
        return json;
    }

    Map<String, @Nullable Object> tag(Project project, Tag tag, List<ProtectedTag> rules) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", tag.name());
        json.put("message", tag.message());
        json.put("target", tag.target());
        json.put("protected", rules.stream().anyMatch(rule -> rule.covers(tag.name())));
        json.put("created_at", tag.createdAt().orElse(null));
        json.put("commit", commit(project, tag.commit()));
        json.put("release", null);
        return json;
    }

    static Map<String, @Nullable Object> treeEntry(TreeEntry entry) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", entry.id());
        json.put("name", entry.name());
        json.put("type", entry.type().word());
        json.put("path", entry.path());
        json.put("mode", entry.mode());
        return json;
    }

    static List<Map<String, @Nullable Object>> diff(Diff diff) {
        return diff.files().stream().map(Json::fileDiff).toList();
    }

    static Map<String, @Nullable Object> fileDiff(FileDiff file) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("old_path", file.oldPath());
        json.put("new_path", file.newPath());
        json.put("a_mode", file.oldMode());
        json.put("b_mode", file.newMode());
        json.put("diff", file.hunks());
        json.put("collapsed", false);
        json.put("too_large", file.leftOut());
        json.put("new_file", file.change() == FileDiff.Change.ADDED);
        json.put("renamed_file", file.change() == FileDiff.Change.RENAMED);
        json.put("deleted_file", file.change() == FileDiff.Change.DELETED);
        json.put("generated_file", false);
        return json;
    }

    static Map<String, @Nullable Object> protectedBranch(ProtectedBranch branch) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", branch.id());
        json.put("name", branch.name());
        json.put("push_access_levels", levels(branch.id(), branch.push()));
        json.put("merge_access_levels", levels(branch.id(), branch.merge()));
        json.put("allow_force_push", branch.allowForcePush());
        json.put("code_owner_approval_required", false);
        return json;
    }

    static Map<String, @Nullable Object> protectedTag(ProtectedTag tag) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", tag.name());
        json.put("create_access_levels", levels(tag.id(), tag.create()));
        return json;
    }

    String web(Project project) {
        return urls.external() + "/" + project.fullPath();
    }

    private static List<Map<String, @Nullable Object>> levels(long id, Optional<Role> role) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("access_level", role.map(Role::accessLevel).orElse(ProtectedBranch.NO_ONE));
        json.put("access_level_description", role.map(Json::description).orElse("No one"));
        return List.of(json);
    }

    private static String description(Role role) {
        String word = role.name().charAt(0) + role.name().substring(1).toLowerCase(Locale.ROOT) + "s";
        return role == Role.OWNER ? word : word + (role == Role.MAINTAINER ? "" : " + Maintainers");
    }

    private static boolean developersMay(List<Optional<Role>> needed) {
        return needed.isEmpty()
                || needed.stream()
                        .anyMatch(role -> role.filter(Role.DEVELOPER::atLeast).isPresent());
    }

    private Map<String, @Nullable Object> namespace(Namespace namespace) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", namespace.id());
        json.put("name", namespace.name());
        json.put("path", namespace.path());
        json.put("kind", namespace.kind().word());
        json.put("full_path", namespace.fullPath());
        json.put("parent_id", namespace.parentId().orElse(null));
        json.put("avatar_url", null);
        json.put("web_url", urls.external() + (namespace.isGroup() ? "/groups/" : "/") + namespace.fullPath());
        return json;
    }

    /** What this server has and has not, in GitLab's words. */
    private static void features(Map<String, @Nullable Object> json) {
        json.put("issues_enabled", false);
        json.put("merge_requests_enabled", false);
        json.put("jobs_enabled", true);
        json.put("wiki_enabled", false);
        json.put("snippets_enabled", false);
        json.put("packages_enabled", false);
        json.put("container_registry_enabled", false);
        json.put("lfs_enabled", false);
        json.put("repository_access_level", "enabled");
        json.put("merge_requests_access_level", "disabled");
        json.put("issues_access_level", "disabled");
        json.put("builds_access_level", "enabled");
        json.put("releases_access_level", "disabled");
        json.put("environments_access_level", "enabled");
        json.put("forking_access_level", "disabled");
        json.put("wiki_access_level", "disabled");
        json.put("snippets_access_level", "disabled");
        json.put("pages_access_level", "disabled");
        json.put("merge_method", "merge");
        json.put("squash_option", "default_off");
        json.put("shared_runners_enabled", true);
        json.put("public_jobs", true);
    }

    private static Map<String, @Nullable Object> permissions(Roles roles) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("project_access", access(roles.ofProject()));
        json.put("group_access", access(roles.ofGroup()));
        return json;
    }

    private static @Nullable Map<String, Integer> access(Optional<Role> role) {
        return role.map(held -> Map.of("access_level", held.accessLevel(), "notification_level", 3))
                .orElse(null);
    }

    private Map<String, @Nullable Object> links(Project project) {
        String self = urls.external() + "/api/v4/projects/" + project.id();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("self", self);
        json.put("repo_branches", self + "/repository/branches");
        json.put("members", self + "/members");
        return json;
    }

    static String encodedPath(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }
}
