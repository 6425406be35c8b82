package dev.tandem.server.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.Cookie;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class PageRendererTest {
    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private Viewer viewer = Viewer.NOBODY;

    @Test
    void valuesAreEscaped() throws IOException {
        assertThat(render(ErrorPages.of(404, "<script>alert('x')</script>")))
                .contains("&lt;script&gt;alert('x')&lt;/script&gt;")
                .doesNotContain("<script>");
    }

    @Test
    void statusAndTypeAreSet() throws IOException {
        render(ErrorPages.of(403, null));
        assertThat(response.getStatus()).isEqualTo(403);
        assertThat(response.getContentType()).isEqualTo("text/html;charset=UTF-8");
    }

    @Test
    void browserDecidesTheLanguageUntilTheViewerDoes() throws IOException {
        request.addHeader("Accept-Language", "zh-TW");
        request.addPreferredLocale(Locale.TRADITIONAL_CHINESE);
        assertThat(render(ErrorPages.of(404, null))).contains("lang=\"zh-CN\"").contains("页面不存在");
        viewer = new Viewer("ann", "Ann", false, Locale.ENGLISH, () -> null);
        assertThat(render(ErrorPages.of(404, null))).contains("lang=\"en\"").contains("There is no such page");
    }

    @Test
    void aSentenceThatCountsIsToldOnTheNextPage() throws IOException {
        Flash.leave(response, "build.flash.pipeline-retried", 3);
        bring(response.getCookie("tandem_flash"));
        assertThat(render(ErrorPages.of(404, null))).contains("3 jobs were started again.");
    }

    @Test
    void anAlteredSentenceIsLeftOut() throws IOException {
        bring(new Cookie("tandem_flash", "DONE&build.flash.pipeline-retried&many"));
        assertThat(render(ErrorPages.of(404, null))).contains("There is no such page");
    }

    private void bring(@Nullable Cookie cookie) {
        request.setCookies(Objects.requireNonNull(cookie));
    }

    private String render(Page page) throws IOException {
        response.reset();
        new PageRenderer(
                        new WebConfiguration().templateEngine(),
                        asked -> viewer,
                        (asked, project) -> java.util.Set.of(),
                        (asked, group) -> java.util.Set.of(),
                        Clock.systemUTC(),
                        new Assets(),
                        List.of(),
                        List.of(),
                        List.of())
                .render(page, request, response);
        return response.getContentAsString();
    }
}
