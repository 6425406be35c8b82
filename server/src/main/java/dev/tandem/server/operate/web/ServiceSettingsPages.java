package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentFilter;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.operate.Channel;
import dev.tandem.server.operate.Notice;
import dev.tandem.server.operate.Notifications;
import dev.tandem.server.operate.UptimeCheck;
import dev.tandem.server.operate.UptimeChecks;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** Where maintainers set uptime checks and notifications. */
@Controller
class ServiceSettingsPages {
    private static final String PATH = "/{project}/-/service/settings";
    private static final int MOST_ENVIRONMENTS = 100;
    private static final int DELIVERIES = 30;

    private final UptimeChecks checks;
    private final Notifications notifications;
    private final Environments environments;
    private final Settings settings;
    private final ServerUrls urls;

    ServiceSettingsPages(
            UptimeChecks checks,
            Notifications notifications,
            Environments environments,
            Settings settings,
            ServerUrls urls) {
        this.checks = checks;
        this.notifications = notifications;
        this.environments = environments;
        this.settings = settings;
        this.urls = urls;
    }

    @Requires(Permission.MANAGE_PROJECT)
    @GetMapping(PATH)
    Page settings(ProjectFacts project) {
        List<Environment> all = environments.list(project.id(), EnvironmentFilter.ALL, 0, MOST_ENVIRONMENTS);
        Map<Long, String> names = all.stream().collect(Collectors.toMap(Environment::id, Environment::name));
        return new Page(
                "operate/settings.jte",
                new ServiceSettingsPage(
                        ServicePages.nav(project),
                        all.stream().map(Environment::name).toList(),
                        checks.list(project.id()).stream()
                                .map(check ->
                                        new ServicePage.CheckRow(check, names.getOrDefault(check.environmentId(), "–")))
                                .toList(),
                        notifications.channels(project.id()),
                        notifications.deliveries(project.id(), DELIVERIES),
                        !settings.smtpUrl().isEmpty() && !settings.smtpFrom().isEmpty()));
    }

    @Requires(Permission.MANAGE_PROJECT)
    @PostMapping(PATH + "/checks")
    void addCheck(
            ProjectFacts project,
            Actor actor,
            @RequestParam(defaultValue = "") String environment,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String url,
            @RequestParam(defaultValue = "/") String path,
            @RequestParam(defaultValue = "60") long interval,
            @RequestParam(defaultValue = "10") long timeout,
            @RequestParam(defaultValue = "2xx") String expected,
            @RequestParam(defaultValue = "") String contains,
            @RequestParam(defaultValue = "3") int tries,
            HttpServletResponse response)
            throws IOException {
        Environment found = environments
                .find(project.id(), environment)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        UptimeCheck.Wish wish = new UptimeCheck.Wish(
                name.strip(),
                url.isBlank() ? null : url.strip(),
                path.strip(),
                Duration.ofSeconds(interval),
                Duration.ofSeconds(timeout),
                expected.strip(),
                contains.isEmpty() ? null : contains,
                tries);
        UptimeChecks.Refusal refusal =
                checks.create(project, actor, found, wish).refusal();
        if (refusal != null) {
            Flash.refuse(response, "operate.uptime.refused." + refusal.wire());
        }
        back(project, response);
    }

    @Requires(Permission.MANAGE_PROJECT)
    @PostMapping(PATH + "/checks/{check}/delete")
    void removeCheck(ProjectFacts project, Actor actor, @PathVariable long check, HttpServletResponse response)
            throws IOException {
        found(checks.delete(project, actor, check));
        back(project, response);
    }

    @Requires(Permission.MANAGE_PROJECT)
    @PostMapping(PATH + "/channels")
    void addChannel(
            ProjectFacts project,
            Actor actor,
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "") String target,
            @RequestParam(defaultValue = "") String secret,
            @RequestParam(defaultValue = "") List<String> events,
            HttpServletResponse response)
            throws IOException {
        Channel.Kind how =
                Channel.Kind.ofWire(kind).orElseThrow(() -> new ResponseStatusException(HttpStatus.BAD_REQUEST));
        Set<Notice.Event> wanted = events.stream()
                .flatMap(word -> Notice.Event.ofWire(word).stream())
                .collect(Collectors.toSet());
        Notifications.Refusal refusal = notifications
                .create(project, actor, how, target.strip(), secret.isEmpty() ? null : secret, wanted)
                .refusal();
        if (refusal != null) {
            Flash.refuse(response, "operate.notify.refused." + refusal.wire());
        }
        back(project, response);
    }

    @Requires(Permission.MANAGE_PROJECT)
    @PostMapping(PATH + "/channels/{channel}/delete")
    void removeChannel(ProjectFacts project, Actor actor, @PathVariable long channel, HttpServletResponse response)
            throws IOException {
        found(notifications.delete(project, actor, channel));
        back(project, response);
    }

    @Requires(Permission.MANAGE_PROJECT)
    @PostMapping(PATH + "/channels/{channel}/test")
    void testChannel(ProjectFacts project, Actor actor, @PathVariable long channel, HttpServletResponse response)
            throws IOException {
        String here = ServicePages.nav(project).path("/-/service/settings");
        found(notifications.test(project, actor, channel, urls.external() + here));
        Flash.leave(response, "operate.notify.tested");
        back(project, response);
    }

    private static void found(boolean is) {
        if (!is) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
    }

    private static void back(ProjectFacts project, HttpServletResponse response) throws IOException {
        response.sendRedirect(ServicePages.nav(project).path("/-/service/settings"));
    }
}
