package dev.tandem.server.platform.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.platform.Networks;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwardedAddressTest {
    private final ForwardedAddress valve = new ForwardedAddress(Networks.parse("10.0.0.0/8, ::1"));

    @Test
    void theClientIsWhomTheOutermostTrustedProxyHeard() {
        assertThat(client("10.0.0.1", "203.0.113.9")).isEqualTo("203.0.113.9");
        assertThat(client("::1", "203.0.113.9, 10.1.1.1")).isEqualTo("203.0.113.9");
        assertThat(client("10.0.0.1", "203.0.113.9", "10.1.1.1"))
                .as("two lines")
                .isEqualTo("203.0.113.9");
        assertThat(client("10.0.0.1", "10.2.2.2, 10.1.1.1"))
                .as("a client inside")
                .isEqualTo("10.2.2.2");
    }

    @Test
    void whatAClientMakesUpCountsForNothing() {
        assertThat(client("198.51.100.7", "203.0.113.9")).as("no proxy of ours").isEqualTo("198.51.100.7");
        assertThat(client("10.0.0.1", "192.0.2.1, 203.0.113.9")).isEqualTo("203.0.113.9");
        assertThat(client("10.0.0.1", "203.0.113.9, root.example.test"))
                .as("no address")
                .isEqualTo("10.0.0.1");
        assertThat(client("10.0.0.1")).isEqualTo("10.0.0.1");
        assertThat(client("10.0.0.1", "")).isEqualTo("10.0.0.1");
    }

    private String client(String direct, String... headers) {
        return valve.client(direct, Collections.enumeration(List.of(headers)));
    }
}
