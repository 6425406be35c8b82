package dev.tandem.server.code.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiffLineTest {
    @Test
    void linesAreNumberedOnBothSides() {
        List<DiffLine> lines = DiffLine.of("@@ -3,3 +3,4 @@ class A\n same\n-old\n+new\n+more\n last\n");

        assertThat(lines)
                .extracting(line -> line.oldLabel() + "|" + line.newLabel() + "|" + line.sign() + line.text())
                .containsExactly(
                        "||@@ -3,3 +3,4 @@ class A", "3|3| same", "4||-old", "|4|+new", "|5|+more", "5|6| last");
    }

    @Test
    void sideBySideChangedLinesStandBesideEachOther() {
        List<DiffLine.Pair> pairs = DiffLine.pairs(DiffLine.of("@@ -1,3 +1,2 @@\n-a\n-b\n+c\n same\n"));

        assertThat(pairs).hasSize(4);
        assertThat(pairs.get(1).left().text()).isEqualTo("a");
        assertThat(pairs.get(1).right().text()).isEqualTo("c");
        assertThat(pairs.get(2).left().text()).isEqualTo("b");
        assertThat(pairs.get(2).right()).isNull();
        assertThat(pairs.get(3).left()).isSameAs(pairs.get(3).right());
    }

    @ParameterizedTest
    @CsvSource({
        "int total = 1;,int total = 2;,1,2",
        "return sum;,return sum + tax;,'',' + tax'",
        "emoji 😀 end,emoji 😁 end,😀,😁",
        "'aaaa','aaa',a,''"
    })
    void whatChangedWithinALineIsMarked(String before, String after, String gone, String came) {
        List<DiffLine> lines = DiffLine.of("@@ -1 +1 @@\n-" + before + "\n+" + after + "\n");

        assertThat(lines.get(1).marked()).isEqualTo(gone);
        assertThat(lines.get(2).marked()).isEqualTo(came);
        for (DiffLine line : lines) {
            assertThat(line.before() + line.marked() + line.after()).isEqualTo(line.text());
        }
    }

    @Test
    void linesThatHaveNothingInCommonStayUnmarked() {
        assertThat(DiffLine.of("@@ -1 +1 @@\n-import java.util.List;\n+}\n")).noneMatch(DiffLine::isMarked);
        assertThat(DiffLine.of("@@ -1,2 +1 @@\n-one a\n-two a\n+one b\n")).noneMatch(DiffLine::isMarked);
    }
}
