package dev.tandem.server.code.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectAddressesTest {
    @ParameterizedTest
    @CsvSource({
        "/root/shop, /root%2Fshop",
        "/root/shop/, /root%2Fshop",
        "/root/shop/-/pipelines/12, /root%2Fshop/-/pipelines/12",
        "/a/b/c/-/tree/feature/x/-/y, /a%2Fb%2Fc/-/tree/feature/x/-/y"
    })
    void aProjectBecomesOneSegment(String path, String joined) {
        assertThat(ProjectAddresses.joined(path)).contains(joined);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/root",
                "/-/sign-in",
                "/-/projects/new",
                "/api/v4/projects/1",
                "/assets/x/app.css",
                "/root%2Fshop/-/tree/main",
                "/root%2Fshop"
            })
    void otherAddressesStayAsTheyAre(String path) {
        assertThat(ProjectAddresses.joined(path)).isEmpty();
    }

    @Test
    void aGitAddressIsTakenApart() {
        assertThat(GitAddress.of("/root/shop.git/info/refs", "git-upload-pack"))
                .contains(new GitAddress("root/shop", true, "info/refs", GitAddress.Service.FETCH));
        assertThat(GitAddress.of("/a/b/c/git-receive-pack", null))
                .contains(new GitAddress("a/b/c", false, "git-receive-pack", GitAddress.Service.PUSH));
        assertThat(GitAddress.of("/root/shop.git/info/refs", null)).isEmpty();
        assertThat(GitAddress.of("/root/shop.git/info/refs", "git-evil")).isEmpty();
        assertThat(GitAddress.of("/root/shop.git/HEAD", null)).isEmpty();
        assertThat(GitAddress.of("/root/shop.git/objects/info/packs", null)).isEmpty();
    }
}
