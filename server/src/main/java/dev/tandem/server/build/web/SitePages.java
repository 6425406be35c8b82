package dev.tandem.server.build.web;

import dev.tandem.server.build.sites.Sites;
import dev.tandem.server.build.store.SiteRecord;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/**
 * Serves the web sites that jobs published. They are sandboxed: no script of theirs runs, and a browser counts them as strangers. So it
 * sends no cookie for their pictures and styles; the sites of a hidden project are therefore served below a ticket in the address, which
 * members get for an hour.
 */
@Controller
class SitePages {
    private static final String ROOT = "/pages/";
    private static final Duration TICKET = Duration.ofHours(1);
    private static final Pattern TICKETED = Pattern.compile("site:([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,18})");
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html;charset=UTF-8"),
            Map.entry("htm", "text/html;charset=UTF-8"),
            Map.entry("css", "text/css;charset=UTF-8"),
            Map.entry("txt", "text/plain;charset=UTF-8"),
            Map.entry("md", "text/plain;charset=UTF-8"),
            Map.entry("csv", "text/csv;charset=UTF-8"),
            Map.entry("json", "application/json"),
            Map.entry("xml", "application/xml"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("avif", "image/avif"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff", "font/woff"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("ttf", "font/ttf"),
            Map.entry("pdf", "application/pdf"));

    /** A project and the groups that it can lie in. */
    private static final int DEEPEST = 21;

    private final Sites sites;
    private final ProjectDirectory projects;
    private final Access access;
    private final Users users;
    private final SecretBox box;
    private final Clock clock;

    SitePages(Sites sites, ProjectDirectory projects, Access access, Users users, SecretBox box, Clock clock) {
        this.sites = sites;
        this.projects = projects;
        this.access = access;
        this.users = users;
        this.box = box;
        this.clock = clock;
    }

    /** To somebody who may not see the project it is as if there was no such site. */
    @GetMapping("/pages/{*address}")
    @Requires(Permission.ANYONE)
    void site(Actor actor, @PathVariable("address") String address, HttpServletResponse response) throws IOException {
        Place place = place(address)
                .filter(found -> mayRead(actor, found.project()))
                .orElseThrow(() -> ApiException.notFound("Page"));
        ProjectFacts project = place.project();
        String path = place.path();
        if (project.isPublic()) {
            send(project, ROOT + encoded(project.fullPath()), path, response);
            return;
        }
        long user =
                actor.userId().orElseThrow(() -> ApiException.notFound("Page")).value();
        strict(response);
        response.sendRedirect(ROOT + "-/" + ticket(project.id(), user) + "/" + encoded(project.fullPath())
                + encoded(path.isEmpty() ? "/" : path));
    }

    @GetMapping("/pages/-/{ticket}/{*address}")
    @Requires(Permission.ANYONE)
    void hidden(
            @PathVariable("ticket") String ticket,
            @PathVariable("address") String address,
            HttpServletResponse response)
            throws IOException {
        Place place = place(address).orElseThrow(() -> ApiException.notFound("Page"));
        ProjectFacts project = place.project();
        String path = place.path();
        Optional<Instant> end = validUntil(ticket, project);
        if (end.isEmpty()) {
            throw ApiException.notFound("Page");
        }
        if (!end.get().isAfter(clock.instant())) {
            strict(response);
            response.sendRedirect(ROOT + encoded(project.fullPath()) + encoded(path.isEmpty() ? "/" : path));
            return;
        }
        send(project, ROOT + "-/" + ticket + "/" + encoded(project.fullPath()), path, response);
    }

    /** @param path of a file of its site: begins with a slash; empty when the address ends with the project */
    private record Place(ProjectFacts project, String path) {}

    /** No project lies in another, so one beginning of the address at most is a project's path. */
    private Optional<Place> place(String address) {
        int end = address.indexOf('/', 1);
        for (int depth = 0; end >= 0 && depth < DEEPEST; depth++) {
            int next = address.indexOf('/', end + 1);
            end = next < 0 ? address.length() : next;
            Optional<ProjectFacts> project = projects.find(address.substring(1, end));
            if (project.isPresent()) {
                return Optional.of(new Place(project.get(), address.substring(end)));
            }
            end = next;
        }
        return Optional.empty();
    }

    /** @param path begins with a slash; empty when the address ends with the project */
    private void send(ProjectFacts project, String address, String path, HttpServletResponse response)
            throws IOException {
        strict(response);
        if (path.isEmpty()) {
            response.sendRedirect(address + "/");
            return;
        }
        String below = path.substring(1);
        Optional<Sites.Found> found = sites.find(project.id(), below);
        if (found.isEmpty() && sites.isFolder(project.id(), below)) {
            response.sendRedirect(address + encoded(path) + "/");
            return;
        }
        SiteRecord.File file = found.map(Sites.Found::file).orElseThrow(() -> ApiException.notFound("Page"));
        try (InputStream content = sites.open(file).orElseThrow(() -> ApiException.notFound("Page"))) {
            response.setContentType(type(file.path()));
            response.setContentLengthLong(file.sizeBytes());
            content.transferTo(response.getOutputStream());
        }
    }

    private static void strict(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", "sandbox");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "private, no-cache");
    }

    private boolean mayRead(Actor actor, ProjectFacts project) {
        return access.decide(actor, Permission.READ_PROJECT, project).isAllowed();
    }

    private String ticket(long projectId, long userId) {
        long end = clock.instant().plus(TICKET).getEpochSecond();
        String sealed = box.seal("site:" + projectId + ":" + userId + ":" + end);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed.getBytes(StandardCharsets.UTF_8));
    }

    /** When a ticket ends or ended; empty when it is none for this project, or its holder may not see that any more. */
    private Optional<Instant> validUntil(String ticket, ProjectFacts project) {
        Matcher parts;
        try {
            String sealed = new String(Base64.getUrlDecoder().decode(ticket), StandardCharsets.UTF_8);
            parts = TICKETED.matcher(box.open(sealed));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (!parts.matches() || Long.parseLong(parts.group(1)) != project.id()) {
            return Optional.empty();
        }
        boolean allowed = users.find(new UserId(Long.parseLong(parts.group(2))))
                .filter(user -> mayRead(new Actor.Person(user, TokenScope.all()), project))
                .isPresent();
        return allowed ? Optional.of(Instant.ofEpochSecond(Long.parseLong(parts.group(3)))) : Optional.empty();
    }

    private static String type(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        return TYPES.getOrDefault(dot < 0 ? "" : name.substring(dot + 1), "application/octet-stream");
    }

    private static String encoded(String path) {
        return Arrays.stream(path.split("/", -1))
                .map(segment ->
                        URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }
}
