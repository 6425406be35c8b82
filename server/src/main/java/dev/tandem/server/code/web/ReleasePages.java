package dev.tandem.server.code.web;

import dev.tandem.server.code.Project;
import dev.tandem.server.code.Release;
import dev.tandem.server.code.Releases;
import dev.tandem.server.code.Slice;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.web.Markdown;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import gg.jte.Content;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** What a project released, newest first; and each release by itself. */
@Controller
public final class ReleasePages {
    private static final int PER_PAGE = 20;

    private final Places places;
    private final Releases releases;
    private final Users users;
    private final Clock clock;

    ReleasePages(Places places, Releases releases, Users users, Clock clock) {
        this.places = places;
        this.releases = releases;
        this.users = users;
        this.clock = clock;
    }

    /**
     * A release with what a page shows of it.
     *
     * @param prose the description; null when it cannot be shown but as it was written
     * @param upcoming its time has not come yet
     */
    public record Shown(
            Release release,
            @Nullable String author,
            @Nullable Content prose,
            boolean upcoming) {}

    /** @param alone whether the page is about this one release */
    public record Model(
            Project project,
            List<Shown> releases,
            boolean alone,
            @Nullable String previous,
            @Nullable String next) {
        public ProjectNav nav() {
            return new ProjectNav(project.id(), project.fullPath(), project.name());
        }

        public Links links() {
            return new Links(project.fullPath());
        }
    }

    @GetMapping("/{project}/-/releases")
    @Requires(Permission.READ_CODE)
    Page list(ProjectFacts facts, @RequestParam(name = "page", defaultValue = "1") int page) {
        Project project = project(facts);
        int number = Math.clamp(page, 1, 10_000);
        Slice<Release> found =
                releases.list(project.id(), Releases.Order.NEWEST_FIRST, (number - 1) * PER_PAGE, PER_PAGE);
        String here = new Links(project.fullPath()).releases() + "?page=";
        return new Page(
                "code/releases.jte",
                new Model(
                        project,
                        found.items().stream()
                                .map(release -> shown(project, release))
                                .toList(),
                        false,
                        number > 1 ? here + (number - 1) : null,
                        found.total() > number * PER_PAGE ? here + (number + 1) : null));
    }

    @GetMapping("/{project}/-/releases/{tag}")
    @Requires(Permission.READ_CODE)
    Page one(ProjectFacts facts, @PathVariable("tag") String tag) {
        Project project = project(facts);
        return new Page(
                "code/releases.jte",
                new Model(project, List.of(shown(project, existing(facts, tag))), true, null, null));
    }

    /** Leads on to where the file lies. */
    @GetMapping("/{project}/-/releases/{tag}/downloads/{*path}")
    @Requires(Permission.READ_CODE)
    void download(
            ProjectFacts facts,
            @PathVariable("tag") String tag,
            @PathVariable("path") String path,
            HttpServletResponse response)
            throws IOException {
        String url = existing(facts, tag).links().stream()
                .filter(link -> path.equals(link.filepath()))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("File"))
                .url();
        response.sendRedirect(url);
    }

    private Shown shown(Project project, Release release) {
        Links links = new Links(project.fullPath());
        Content prose = Markdown.render(release.description(), "", new Markdown.Target() {
                    @Override
                    public String page(String target) {
                        return target.isEmpty()
                                ? links.tree(release.tagName(), "")
                                : links.blob(release.tagName(), target);
                    }

                    @Override
                    public String raw(String target) {
                        return links.raw(release.tagName(), target);
                    }
                })
                .orElse(null);
        return new Shown(
                release,
                users.find(new UserId(release.authorId())).map(User::username).orElse(null),
                prose,
                release.releasedAt().isAfter(clock.instant()));
    }

    private Project project(ProjectFacts facts) {
        return places.project(facts).orElseThrow(() -> ApiException.notFound("Project"));
    }

    private Release existing(ProjectFacts facts, String tag) {
        return releases.find(facts.id(), tag).orElseThrow(() -> ApiException.notFound("Release"));
    }
}
