package dev.tandem.server.build.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.pipeline.rule.Dotenv;
import dev.tandem.server.build.store.TestCase;
import dev.tandem.server.build.store.TestReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Reports come from jobs, so they are whatever somebody wrote. */
class ReportsTest {
    @Test
    void failuresComeFirst() {
        TestReport report = junit("""
                <testsuites><testsuite name="s">
                  <testcase classname="c" name="good" time="0.5"/>
                  <testcase classname="c" name="bad" time="1"><failure message="no">trace</failure></testcase>
                  <testcase classname="c" name="broken"><error/></testcase>
                  <testcase classname="c" name="off"><skipped/></testcase>
                </testsuite></testsuites>""");

        assertThat(report.tests()).isEqualTo(4);
        assertThat(report.bad()).isEqualTo(2);
        assertThat(report.skipped()).isEqualTo(1);
        assertThat(report.passed()).isEqualTo(1);
        assertThat(report.durationMillis()).isEqualTo(1500);
        assertThat(report.cases()).extracting(TestCase::name).containsExactly("bad", "broken", "good", "off");
        assertThat(report.cases().getFirst().detail()).isEqualTo("no\ntrace");
    }

    @Test
    void entitiesAreNeitherFetchedNorExpanded() {
        TestReport external = junit("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
                + "<testsuite><testcase name=\"a\"><failure>&e;</failure></testcase></testsuite>");
        TestReport bomb = junit("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
                + "<testsuite><testcase name=\"&b;\"/></testsuite>");

        assertThat(external.problem()).isNotNull();
        assertThat(external.cases()).isEmpty();
        assertThat(bomb.problem()).isNotNull();
    }

    @Test
    void whatIsNoXmlSaysWhere() {
        assertThat(junit("<testsuite>\n<oops").problem()).contains("line 2");
    }

    @Test
    void gzipMembersAreReadOneByOneAndBounded() throws IOException {
        byte[] two = concat(gzip("one"), gzip("two"));

        assertThat(GzipMembers.read(new ByteArrayInputStream(two), 100))
                .extracting(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .containsExactly("one", "two");
        byte[] bomb = gzip("0".repeat(1_000_000));
        assertThatThrownBy(() -> GzipMembers.read(new ByteArrayInputStream(bomb), 1000))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> GzipMembers.read(new ByteArrayInputStream(new byte[] {1, 2, 3}), 1000))
                .isInstanceOf(IOException.class);
    }

    @Test
    void dotenvLinesBecomeVariablesOrAReason() {
        assertThat(dotenv("# no\nA=1\nexport B='x y'\n\nC=\"\"\n"))
                .isEqualTo(new Dotenv.Outcome.Read(Map.of("A", "1", "B", "x y", "C", "")));
        assertThat(dotenv("A=1\nrm -rf /\n")).isInstanceOf(Dotenv.Outcome.Refused.class);
        assertThat(dotenv("A=" + "x".repeat(6000))).isInstanceOf(Dotenv.Outcome.Refused.class);
    }

    @Test
    void namesThatLeadOutOfAnArchiveAreNotInside() {
        assertThat(List.of("a", "a/b.txt", "a/..b/c")).allMatch(ArchiveView::isInside);
        assertThat(List.of("", "/a", "../a", "a/../b", "a\\b", "a//b", "./a", "a\0b"))
                .noneMatch(ArchiveView::isInside);
    }

    private static TestReport junit(String xml) {
        return JUnitReports.read(List.of(xml.getBytes(StandardCharsets.UTF_8)));
    }

    private static Dotenv.Outcome dotenv(String text) {
        return Dotenv.read(List.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] concat(byte[] one, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }
}
