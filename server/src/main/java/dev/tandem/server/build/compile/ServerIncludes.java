package dev.tandem.server.build.compile;

import dev.tandem.pipeline.syntax.IncludeSources;
import dev.tandem.pipeline.syntax.SourceFiles;
import dev.tandem.server.code.Branches;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.code.Tag;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Where included files come from: projects of this server that the user may read, the web, the folder of templates. */
@Component
final class ServerIncludes {
    /** For all files of one configuration together, as GitLab. */
    static final Duration BUDGET = Duration.ofSeconds(30);

    private static final int MOST_TAGS = 10_000;

    private final Projects projects;
    private final Repositories repositories;
    private final Branches branches;
    private final Access access;
    private final RemoteFiles remote;
    private final Templates templates;
    private final ServerUrls urls;

    ServerIncludes(
            Projects projects,
            Repositories repositories,
            Branches branches,
            Access access,
            RemoteFiles remote,
            Templates templates,
            ServerUrls urls) {
        this.projects = projects;
        this.repositories = repositories;
        this.branches = branches;
        this.access = access;
        this.remote = remote;
        this.templates = templates;
        this.urls = urls;
    }

    /** Answers in the name of {@code user}, for one compilation that begins now; notes what it found. */
    Answers begin(User user, Found found) {
        return new Answers(user, found, System.nanoTime() + BUDGET.toNanos());
    }

    /** The answers for one compilation. */
    final class Answers implements IncludeSources {
        private final User user;
        private final Found found;
        private final long deadline;

        private Answers(User user, Found found, long deadline) {
            this.user = user;
            this.found = found;
            this.deadline = deadline;
        }

        @Override
        public Answer project(String path, @Nullable String ref) {
            if (late()) {
                return tooLate();
            }
            Optional<Project> project = readable(path);
            if (project.isEmpty()) {
                return new Absent("does not exist here, or " + user.username() + " may not read it");
            }
            Optional<String> sha = repositories.resolve(project.get().id(), ref == null ? "HEAD" : ref);
            if (sha.isEmpty()) {
                return new Absent(ref == null ? "has no commit yet" : "has no branch, tag or commit of that name");
            }
            String name = project.get().fullPath() + (ref == null ? "" : "@" + ref);
            return new Repository(name, files("file", project.get(), sha.get(), name));
        }

        @Override
        public Answer remote(String url, int limitBytes) {
            if (late()) {
                return tooLate();
            }
            Answer answer = remote.get(url, limitBytes, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            if (answer instanceof Content content) {
                found.add(new IncludedFile("remote", url, null, null), url, content.bytes());
            }
            return answer;
        }

        @Override
        public Answer template(String name, int limitBytes) {
            Answer answer = templates.get(name, limitBytes);
            if (answer instanceof Content content) {
                found.add(new IncludedFile("template", name, null, null), "template:" + name, content.bytes());
            }
            return answer;
        }

        @Override
        public Answer component(String address) {
            if (late()) {
                return tooLate();
            }
            int at = address.lastIndexOf('@');
            String version = address.substring(at + 1);
            String host = address.substring(0, address.indexOf('/'));
            String path = address.substring(host.length() + 1, at);
            if (!host.equals(urls.external().getRawAuthority())) {
                return new Absent("is on another server; components come from "
                        + urls.external().getRawAuthority() + " only");
            }
            int slash = path.lastIndexOf('/');
            Optional<Project> project = readable(path.substring(0, Math.max(0, slash)));
            if (project.isEmpty()) {
                return new Absent(
                        "is in a project that does not exist here, or that " + user.username() + " may not read");
            }
            return component(project.get(), path.substring(slash + 1), version);
        }

        private Answer component(Project project, String name, String version) {
            Optional<String> tag = branches.tag(project.id(), version)
                    .map(Tag::name)
                    .or(() -> Versions.newest(tags(project), version));
            Optional<String> sha = tag.isPresent()
                    ? repositories.resolve(project.id(), "refs/tags/" + tag.get())
                    : repositories.resolve(project.id(), version);
            if (sha.isEmpty()) {
                return new Absent("has no version " + version);
            }
            RepositoryFiles plain = new RepositoryFiles(repositories, project.id(), sha.get());
            for (String path : List.of("templates/" + name + ".yml", "templates/" + name + "/template.yml")) {
                if (plain.read(path, 1) != null) {
                    String id = project.fullPath() + "@" + version;
                    Repository repository = new Repository(id, files("component", project, sha.get(), id));
                    return new Component(repository, path, name, sha.get(), tag.orElse(null), version);
                }
            }
            return new Absent(
                    "does not exist: " + project.fullPath() + " has no templates/" + name + ".yml at " + version);
        }

        private List<String> tags(Project project) {
            return branches.tags(project.id(), "", 0, MOST_TAGS).items().stream()
                    .map(Tag::name)
                    .toList();
        }

        private Optional<Project> readable(String path) {
            return projects.findByAnyPath(path)
                    .filter(project -> access.decide(
                                    new Actor.Person(user, TokenScope.all()), Permission.READ_CODE, project.facts())
                            .isAllowed());
        }

        private SourceFiles files(String type, Project project, String sha, String id) {
            return new RecordedFiles(
                    new RepositoryFiles(repositories, project.id(), sha),
                    (path, content) ->
                            found.add(new IncludedFile(type, path, project.fullPath(), sha), id + ":" + path, content));
        }

        private boolean late() {
            return System.nanoTime() - deadline >= 0;
        }

        private Answer tooLate() {
            return new Unreachable("was not looked up: the includes of this configuration took longer than "
                    + BUDGET.toSeconds() + " s");
        }
    }
}
