package dev.tandem.server.operate.web;

import dev.tandem.server.operate.Wellness;
import dev.tandem.server.platform.web.Text;
import java.util.List;

/** What {@code operate/services.jte} shows: those that need looking at first. */
public record ServicesPage(List<Row> rows) {
    /** @param path full path of the project */
    public record Row(String path, Wellness wellness, Text sentence, int environments) {
        public String state() {
            return ServicePage.state(wellness);
        }
    }
}
