package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceTest {
    @Test
    void browsersThatNameTheirAncestorsAreKnownByTheirOwnName() {
        assertThat(Device.of("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"))
                .isEqualTo(new Device("Firefox", "Linux"));
        assertThat(Device.of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                        + " Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"))
                .isEqualTo(new Device("Edge", "Windows"));
        assertThat(Device.of("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
                        + " Gecko) Version/19.0 Mobile/15E148 Safari/604.1"))
                .isEqualTo(new Device("Safari", "iOS"));
        assertThat(Device.of("")).isEqualTo(new Device("", ""));
    }
}
