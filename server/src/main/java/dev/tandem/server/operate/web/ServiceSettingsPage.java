package dev.tandem.server.operate.web;

import dev.tandem.server.operate.Channel;
import dev.tandem.server.operate.Delivery;
import dev.tandem.server.operate.Notice;
import dev.tandem.server.platform.web.ProjectNav;
import java.util.List;

/**
 * What {@code operate/settings.jte} shows.
 *
 * @param environments names to choose from
 * @param mail whether this server sends mail
 */
public record ServiceSettingsPage(
        ProjectNav project,
        List<String> environments,
        List<ServicePage.CheckRow> checks,
        List<Channel> channels,
        List<Delivery> deliveries,
        boolean mail) {
    public String path(String rest) {
        return project.path("/-/service/settings" + rest);
    }

    /** What a channel can be told of. */
    public List<String> events() {
        return java.util.Arrays.stream(Notice.Event.values())
                .filter(event -> event != Notice.Event.TEST)
                .map(Notice.Event::wire)
                .toList();
    }
}
