package dev.tandem.server.platform.operation;

import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.event.EventListener;

/**
 * Tells systemd that the server answers, so that what waits for it starts then and not before ({@code Type=notify}). By
 * systemd's own program: Java has no datagrams over Unix sockets. Does nothing where systemd did not ask.
 */
final class SystemdNotice {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotice.class);
    private static final String SOCKET = "NOTIFY_SOCKET";

    private final Map<String, String> environment;

    SystemdNotice(Map<String, String> environment) {
        this.environment = environment;
    }

    @EventListener
    void changed(AvailabilityChangeEvent<ReadinessState> event) {
        if (event.getState() == ReadinessState.ACCEPTING_TRAFFIC && environment.containsKey(SOCKET)) {
            tell("--ready");
        }
    }

    private void tell(String what) {
        try {
            ProcessBuilder program = new ProcessBuilder("systemd-notify", what);
            program.environment().put(SOCKET, environment.getOrDefault(SOCKET, ""));
            program.inheritIO().start();
        } catch (IOException e) {
            LOG.warn("systemd cannot be told that the server answers, and will end it: {}", e.getMessage());
        }
    }
}
