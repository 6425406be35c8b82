package dev.tandem.server.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.Said;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private static final Path MODULE = Path.of(System.getProperty("tandem.root", ".."), "server");
    private static final Path BUNDLES = MODULE.resolve("src/main/resources/messages");
    private static final Pattern USE = Pattern.compile("ui\\.t\\(\\s*\"([^\"]+)\"\\s*[,)]");
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\d)");

    @Test
    void bothLanguagesHaveTheSameTexts() throws IOException {
        for (Path english : bundles()) {
            String name = english.getFileName().toString().replace(".properties", "");
            Properties chinese = load(BUNDLES.resolve(name + "_zh_CN.properties"));
            assertThat(chinese.stringPropertyNames())
                    .as(name)
                    .containsExactlyInAnyOrderElementsOf(load(english).stringPropertyNames());
        }
    }

    @Test
    void bothLanguagesTakeTheSameParameters() throws IOException {
        for (Path english : bundles()) {
            String name = english.getFileName().toString().replace(".properties", "");
            Properties texts = load(english);
            Properties chinese = load(BUNDLES.resolve(name + "_zh_CN.properties"));
            for (String key : texts.stringPropertyNames()) {
                assertThat(parameters(chinese.getProperty(key, "")))
                        .as(key)
                        .isEqualTo(parameters(texts.getProperty(key)));
            }
        }
    }

    /** The agent's own words are the English ones, so that pages and logs agree. */
    @Test
    void whatAgentsSayHasATextInBothLanguages() throws IOException {
        Properties texts = load(BUNDLES.resolve("deliver.properties"));
        for (String code : Said.codes()) {
            String text = texts.getProperty("deliver.agent." + code, "");
            assertThat(parameters(text)).as(code).isEqualTo(parameters(Said.english(code)));
        }
    }

    @Test
    void keysBeginWithTheirBundlesName() throws IOException {
        for (Path english : bundles()) {
            String prefix = english.getFileName().toString().replace(".properties", ".");
            assertThat(load(english).stringPropertyNames()).as(prefix).allMatch(key -> key.startsWith(prefix));
        }
    }

    /** Of a key that stands twice, the last is taken, whoever mends the first. */
    @Test
    void eachKeyStandsOnce() throws IOException {
        try (Stream<Path> files = Files.list(BUNDLES)) {
            for (Path file : files.toList()) {
                assertThat(Files.readAllLines(file).stream()
                                .filter(line -> line.contains("=") && !line.startsWith("#"))
                                .map(line ->
                                        line.substring(0, line.indexOf('=')).strip()))
                        .as(file.getFileName().toString())
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void textsThatTemplatesUseExist() throws IOException {
        Messages messages = new Messages(Locale.ENGLISH);
        Set<String> missing = new TreeSet<>();
        try (Stream<Path> templates = Files.walk(MODULE.resolve("src/main/jte"))) {
            for (Path template :
                    templates.filter(path -> path.toString().endsWith(".jte")).toList()) {
                Matcher uses = USE.matcher(Files.readString(template));
                while (uses.find()) {
                    if (messages.find(uses.group(1)).isEmpty()) {
                        missing.add(template.getFileName() + ": " + uses.group(1));
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    /** The content security policy would block them; better to hear it here. */
    @Test
    void templatesHaveNoInlineScriptOrStyle() throws IOException {
        Pattern inline = Pattern.compile(
                "\\sstyle=|\\son[a-z]+=\"|<script(?![^>]*\\ssrc=)|<style|\\$unsafe", Pattern.CASE_INSENSITIVE);
        try (Stream<Path> templates = Files.walk(MODULE.resolve("src/main/jte"))) {
            for (Path template :
                    templates.filter(path -> path.toString().endsWith(".jte")).toList()) {
                assertThat(inline.matcher(Files.readString(template)).results())
                        .as(template.toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void apostrophesAreLiteralAndNumbersArePlain() {
        Messages messages = new Messages(Locale.ENGLISH);
        assertThat(messages.text("platform.time.past.minutes", 1L)).isEqualTo("1 minute ago");
        assertThat(messages.text("platform.time.past.minutes", 12L)).isEqualTo("12 minutes ago");
        assertThat(messages.text("platform.error.500.next")).contains("server's log");
        assertThat(new Messages(Messages.CHINESE).text("platform.time.past.days", 1234L))
                .isEqualTo("1234天前");
        assertThat(messages.text("platform.no.such.text")).isEqualTo("platform.no.such.text");
    }

    private static Set<String> parameters(String text) {
        return PARAMETER.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    private static Iterable<Path> bundles() throws IOException {
        try (Stream<Path> files = Files.list(BUNDLES)) {
            return files.filter(file -> file.toString().endsWith(".properties")
                            && !file.toString().contains("_zh_CN"))
                    .toList();
        }
    }

    private static Properties load(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }
}
