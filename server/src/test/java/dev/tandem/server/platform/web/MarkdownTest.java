package dev.tandem.server.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.Content;
import gg.jte.output.StringOutput;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkdownTest {
    private static final Markdown.Target TARGET = new Markdown.Target() {
        @Override
        public String page(String path) {
            return "/p/" + path;
        }

        @Override
        public String raw(String path) {
            return "/r/" + path;
        }
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
                "<img src=x onerror=alert(1)>",
                "<svg onload=alert(1)><script>alert(1)</script></svg>",
                "<iframe src=javascript:alert(1)></iframe>",
                "<object data=x></object><embed src=x>",
                "<form action=/-/sign-out><input name=a><button>Go</button></form>",
                "<a href=\"javascript:alert(1)\">x</a>",
                "[x](javascript:alert(1))",
                "[x](JaVa\tScRiPt:alert(1))",
                "[x](&#106;avascript:alert(1))",
                "[x](\u0001javascript:alert(1))",
                "<a href=\"java&#10;script:alert(1)\">x</a>",
                "[x](vbscript:alert(1))",
                "[x](data:text/html;base64,PHNjcmlwdD4=)",
                "![x](data:image/svg+xml;base64,PHN2Zz4=)",
                "<style>body{display:none}</style>",
                "<p style=\"position:fixed\">x</p>",
                "<base href=//evil.test>",
                "<meta http-equiv=refresh content='0;url=//evil.test'>",
                "<div class=\"notice failed\">x</div>",
                "<a href=x target=_top onclick=alert(1)>x</a>",
                "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
                "<!--><img src=x onerror=alert(1)>-->",
                "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
                "`<img src=x onerror=alert(1)>`",
                "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
            })
    void nothingHostileGetsThrough(String text) {
        String tags = html(text)
                .replaceAll("&lt;.*?&gt;", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\s+", " ");
        assertThat(tags)
                .doesNotContain("<script", "<svg", "<iframe", "<object", "<embed", "<form", "<input", "<button")
                .doesNotContain("<style", "<base", "<meta", "<math", "style=", "target=", "class=")
                .doesNotContainPattern("<[^>]*(onerror|onload|onclick)")
                .doesNotContainPattern("(href|src)=\"[^\"]*(javascript|vbscript|data):");
    }

    @Test
    void relativeReferencesLeadIntoTheRepository() {
        assertThat(html("[a](x.md) [b](../up.md#part) [c](/root.md) [d](a%20b.md) [e](<./c d.md>)"))
                .contains("href=\"/p/docs/x.md\"", "href=\"/p/up.md#user-content-part\"", "href=\"/p/root.md\"")
                .contains("href=\"/p/docs/a b.md\"", "href=\"/p/docs/c d.md\"");
        assertThat(html("![a](img/a.png) <img src=\"/b.png\" width=\"40\">"))
                .contains("src=\"/r/docs/img/a.png\"", "src=\"/r/b.png\"", "width=\"40\"");
        assertThat(html("[lines](src/A.java#L3-9)")).contains("href=\"/p/docs/src/A.java#L3-9\"");
    }

    @Test
    void whatLeavesTheRepositoryLeadsNowhere() {
        assertThat(html("[a](../../secret)")).doesNotContain("href");
        assertThat(html("<img src=\"../../../x.png\">")).doesNotContain("src=");
    }

    @Test
    void otherSitesAreLinkedWithoutOurAddressAndTheirPicturesAreNotFetched() {
        assertThat(html("[a](https://example.test/?a=b)"))
                .contains("href=\"https://example.test/?a&#61;b\"", "nofollow", "noreferrer");
        assertThat(html("[a](//example.test/x)")).contains("href=\"https://example.test/x\"");
        assertThat(html("![badge](https://example.test/b.svg)"))
                .doesNotContain("<img")
                .contains("href=\"https://example.test/b.svg\"", ">badge</a>");
        assertThat(html("[![badge](https://example.test/b.svg)](https://example.test/)"))
                .doesNotContain("<img")
                .containsOnlyOnce("<a ")
                .contains("badge</a>");
        assertThat(html("<img src=\"https://example.test/b.svg\" alt=\"badge\">"))
                .contains("alt=\"badge\"")
                .doesNotContain("src=");
    }

    @Test
    void tablesTasksStrikethroughAndBareLinksAreUnderstood() {
        assertThat(html("| a | b |\n|---|--:|\n| 1 | 2 |"))
                .contains("<table", "<th>a</th>", "<td align=\"right\">2</td>");
        assertThat(html("- [x] done\n- [ ] open")).contains("☑ done", "☐ open");
        assertThat(html("~~gone~~ https://example.test/")).contains("<del>gone</del>", ">https://example.test/</a>");
        assertThat(html("```java\nint a;\n```")).contains("<code class=\"language-java\">int a;");
    }

    @Test
    void idsCannotBeThoseOfThePage() {
        assertThat(html("# Main\n\n[to](#main)"))
                .contains("id=\"user-content-main\"", "href=\"#user-content-main\"")
                .doesNotContain("id=\"main\"");
        assertThat(html("<a id=\"main\" name=\"csrf\">x</a>")).contains("user-content-main", "user-content-csrf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*a ", "[", "![", "> ", "- ", "<b>", "**a *b ", "`", "\\[a](", "1. > ", "<!--", "_a"})
    void deepNestingCostsOnlyItsOwnPage(String piece) {
        Optional<Content> content = Markdown.render(piece.repeat(60_000 / piece.length()), "", TARGET);

        content.ifPresent(found -> assertThat(written(found)).doesNotContain("<script"));
    }

    private static String html(String text) {
        return written(Markdown.render(text, "docs", TARGET).orElseThrow());
    }

    private static String written(Content content) {
        StringOutput output = new StringOutput();
        content.writeTo(output);
        return output.toString();
    }
}
