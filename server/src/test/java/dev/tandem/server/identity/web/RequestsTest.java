package dev.tandem.server.identity.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class RequestsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.test",
                "///evil.test",
                "/\\evil.test",
                "\\\\evil.test",
                "/\t/evil.test",
                "/\n/evil.test",
                " //evil.test",
                "https://evil.test",
                "https:evil.test",
                "javascript:alert(1)",
                "evil.test",
                ""
            })
    void whatCouldLeadElsewhereLeadsHome(String wanted) {
        assertThat(Requests.localPath(wanted)).isEqualTo("/");
    }

    @Test
    void aPathOfThisServerStays() {
        assertThat(Requests.localPath("/root/shop/-/issues?a=//b#c")).isEqualTo("/root/shop/-/issues?a=//b#c");
    }

    @Test
    void aLogHoldsNoLinkThatIsASecret() {
        assertThat(Requests.logged(new MockHttpServletRequest("GET", "/-/password/reset/secret")))
                .isEqualTo("/-/password/reset/…");
        assertThat(Requests.logged(new MockHttpServletRequest("POST", "/-/invitations/secret")))
                .isEqualTo("/-/invitations/…");
        assertThat(Requests.logged(new MockHttpServletRequest("POST", "/-/join/secret/account")))
                .isEqualTo("/-/join/…");
        assertThat(Requests.logged(new MockHttpServletRequest("GET", "/root/shop")))
                .isEqualTo("/root/shop");
    }
}
