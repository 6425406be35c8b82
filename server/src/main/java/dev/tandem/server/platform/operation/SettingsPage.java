package dev.tandem.server.platform.operation;

import dev.tandem.server.platform.SettingsInForce;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.InstanceSection;
import dev.tandem.server.platform.web.Page;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Which settings are in force and where each was said. They are read at start, so nothing is changed here. */
@Controller
final class SettingsPage {
    private static final String PATH = "/-/admin/settings";

    private final SettingsInForce inForce;

    SettingsPage(SettingsInForce inForce) {
        this.inForce = inForce;
    }

    @Requires(Permission.ADMINISTER)
    @GetMapping(PATH)
    Page settings() {
        return new Page("platform/settings.jte", inForce);
    }

    @Configuration(proxyBeanMethods = false)
    static class Sections {
        @Bean
        InstanceSection settingsOfAll() {
            return new InstanceSection(
                    "platform.settings.title", "settings", PATH, 230, InstanceSection.Audience.ADMINISTRATORS);
        }
    }
}
