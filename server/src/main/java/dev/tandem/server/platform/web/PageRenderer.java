package dev.tandem.server.platform.web;

import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a {@link Page} into a response. Safe for use by many threads. */
public final class PageRenderer {
    private static final String THEME_COOKIE = "tandem_theme";

    private final TemplateEngine templates;
    private final Viewers viewers;
    private final ProjectRights rights;
    private final GroupRights groupRights;
    private final Clock clock;
    private final Assets assets;
    private final List<ProjectSection> sections;
    private final List<GroupSection> groupSections;
    private final List<InstanceSection> instanceSections;

    PageRenderer(
            TemplateEngine templates,
            Viewers viewers,
            ProjectRights rights,
            GroupRights groupRights,
            Clock clock,
            Assets assets,
            List<ProjectSection> sections,
            List<GroupSection> groupSections,
            List<InstanceSection> instanceSections) {
        this.templates = templates;
        this.viewers = viewers;
        this.rights = rights;
        this.groupRights = groupRights;
        this.clock = clock;
        this.assets = assets;
        this.sections = sections.stream()
                .sorted(Comparator.comparingInt(ProjectSection::order))
                .toList();
        this.groupSections = groupSections.stream()
                .sorted(Comparator.comparingInt(GroupSection::order))
                .toList();
        this.instanceSections = instanceSections.stream()
                .sorted(Comparator.comparingInt(InstanceSection::order))
                .toList();
    }

    /**
     * Renders the whole page before the first byte leaves, so that a template that fails becomes an error page and not
     * half a page.
     *
     * @throws gg.jte.TemplateException when the template does not exist or fails
     */
    public void render(Page page, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Utf8ByteOutput html = new Utf8ByteOutput();
        templates.render(page.template(), Map.of("ui", ui(request, response), "model", page.model()), html);
        response.setStatus(page.status());
        response.setContentType("text/html;charset=UTF-8");
        if (response.getHeader("Cache-Control") == null) {
            response.setHeader("Cache-Control", "no-store");
        }
        response.setHeader("Vary", "Accept-Language, Cookie");
        // In one piece: each of the thousand small ones of a long page would pass through all layers of the response.
        ByteArrayOutputStream whole = new ByteArrayOutputStream(html.getContentLength());
        html.writeTo(whole);
        response.setContentLength(whole.size());
        whole.writeTo(response.getOutputStream());
    }

    /** The viewer's language, for answers that are no page. */
    Messages messages(HttpServletRequest request) {
        return new Messages(locale(viewers.of(request), request));
    }

    /** For handlers that need texts without a page. */
    public Ui ui(HttpServletRequest request, HttpServletResponse response) {
        Viewer viewer = viewers.of(request);
        PageSettings page = new PageSettings(
                viewer,
                path(request),
                request.getAttribute(LivePosition.ATTRIBUTE) instanceof String position ? position : "",
                theme(request),
                Flash.take(request, response),
                sections,
                project -> rights.held(request, project.id()),
                groupSections,
                group -> groupRights.held(request, group.id()),
                instanceSections.stream()
                        .filter(section -> section.shownTo(viewer))
                        .toList());
        return new Ui(page, new Messages(locale(viewer, request)), clock, assets);
    }

    private static Locale locale(Viewer viewer, HttpServletRequest request) {
        Locale chosen = viewer.locale();
        if (chosen != null) {
            return Messages.closest(chosen);
        }
        return request.getHeader("Accept-Language") == null ? Messages.ENGLISH : Messages.closest(request.getLocale());
    }

    /** A filter may have rewritten the path; the dispatcher keeps the one that was asked for. */
    private static String path(HttpServletRequest request) {
        Object original = request.getAttribute(RequestDispatcher.FORWARD_REQUEST_URI);
        if (original == null) {
            original = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        }
        return original instanceof String uri ? uri : request.getRequestURI();
    }

    private static @Nullable String theme(HttpServletRequest request) {
        String theme = CookieValues.find(request, THEME_COOKIE);
        return "dark".equals(theme) || "light".equals(theme) ? theme : null;
    }
}
