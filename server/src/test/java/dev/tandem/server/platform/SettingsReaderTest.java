package dev.tandem.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
    @TempDir
    Path data;

    @Test
    void withoutAnySettingTheDefaultsHold() {
        Settings settings = read(Map.of());

        assertThat(settings)
                .isEqualTo(new Settings(
                        data,
                        8080,
                        "127.0.0.1",
                        false,
                        2222,
                        null,
                        "",
                        "",
                        Networks.parse(""),
                        false,
                        true,
                        "",
                        "",
                        "",
                        2,
                        true,
                        8081,
                        "localhost",
                        0,
                        false,
                        Duration.ofMinutes(3),
                        500,
                        2000,
                        "",
                        "",
                        "",
                        "",
                        "",
                        "en",
                        90,
                        7,
                        0,
                        0,
                        2048,
                        0,
                        "",
                        50,
                        30,
                        "text"));
    }

    @Test
    void aFlagWinsOverTheEnvironmentWhichWinsOverTheFile() throws IOException {
        Files.writeString(data.resolve("tandem.properties"), "port=1\nservices-port=1\nrunner-concurrency=1\n");

        Settings settings = read(Map.of("TANDEM_PORT", "2", "TANDEM_SERVICES_PORT", "2"), "--port", "3");

        assertThat(List.of(settings.port(), settings.servicesPort(), settings.runnerConcurrency()))
                .containsExactly(3, 2, 1);
    }

    @Test
    void whereEachSettingWasSaidIsToldButNoSecret() throws IOException {
        Files.writeString(data.resolve("tandem.properties"), "smtp-password=hunter2\nservices-port=7\n");

        List<SettingsInForce.Row> rows = SettingsReader.inForce(
                        List.of("--data=" + data, "--database-url=jdbc:postgresql://db/x?user=a&password=hunter3"),
                        Map.of("TANDEM_PORT", "9"))
                .rows();

        assertThat(rows)
                .extracting(row -> row.key() + " " + row.value() + " " + row.origin())
                .contains(
                        "data " + data + " FLAG",
                        "port 9 ENVIRONMENT",
                        "services-port 7 FILE",
                        "bind 127.0.0.1 DEFAULT",
                        "smtp-password  FILE",
                        "database-url jdbc:postgresql://db/x?user=a&password=… FLAG");
        assertThat(rows)
                .filteredOn(SettingsInForce.Row::secret)
                .singleElement()
                .extracting("key")
                .isEqualTo("smtp-password");
        assertThat(rows.toString()).doesNotContain("hunter");
    }

    @Test
    void aLanguageThatNobodySpeaksHereIsToldOf() {
        assertThat(read(Map.of("TANDEM_LANGUAGE", "zh-CN")).language()).isEqualTo("zh-CN");
        assertThatThrownBy(() -> read(Map.of(), "--language", "tlh"))
                .hasMessageContaining("language: 'tlh' is not en or zh-CN");
    }

    @Test
    void anAllowListThatIsNoneIsToldOf() {
        assertThatThrownBy(() -> read(Map.of(), "--outgoing-allow", "10.0.0.0/99"))
                .hasMessageContaining("outgoing-allow: '10.0.0.0/99' is no name, address or range");
    }

    @Test
    void theExternalUrlFollowsThePortAndLosesItsLastSlash() {
        assertThat(new ServerUrls(read(Map.of(), "--port=90")).external()).isEqualTo(URI.create("http://localhost:90"));
        assertThat(read(Map.of(), "--port=90").externalUrl()).isNull();
        assertThat(read(Map.of(), "--external-url=https://tandem.example.org/").externalUrl())
                .isEqualTo(URI.create("https://tandem.example.org"));
    }

    @Test
    void whatIsWrongWithCertificateAndKeyIsToldBeforeTheStart() throws IOException {
        Path text = Files.writeString(data.resolve("text.pem"), "hello");

        assertThatThrownBy(() -> read(Map.of(), "--tls-key=" + text)).hasMessageContaining("one needs the other");
        assertThatThrownBy(() -> read(Map.of(), "--tls-key=" + text, "--tls-certificate=nowhere.pem"))
                .hasMessageContaining("tls-certificate: there is no file /");
        assertThatThrownBy(() -> read(Map.of(), "--tls-key=" + text, "--tls-certificate=" + text))
                .hasMessageContaining("text.pem holds no certificate");
    }

    @Test
    void trustedProxiesAreAddressesAndNetworks() {
        Networks networks = read(Map.of(), "--trusted-proxies", "127.0.0.1, 10.0.0.0/8,fd00::/8")
                .trustedProxies();

        assertThat(List.of("127.0.0.1", "10.9.8.7", "fd12::1"))
                .allMatch(address -> networks.contains(Networks.literal(address).orElseThrow()));
        assertThat(List.of("127.0.0.2", "11.0.0.1", "::1"))
                .noneMatch(
                        address -> networks.contains(Networks.literal(address).orElseThrow()));
        assertThatThrownBy(() -> read(Map.of(), "--trusted-proxies", "localhost"))
                .hasMessageContaining("trusted-proxies: 'localhost' is not a list of IP addresses");
    }

    @Test
    void everyProblemIsToldAtOnce() throws IOException {
        Files.writeString(data.resolve("tandem.properties"), "prot=1\n");

        assertThatThrownBy(() -> read(Map.of("TANDEM_AGENTS", "x"), "--por=1", "stray", "--data"))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems())
                                .hasSize(5)
                                .anySatisfy(problem -> assertThat(problem).contains("--por", "did you mean 'port'"))
                                .anySatisfy(problem -> assertThat(problem).contains("'stray' is not an option"))
                                .anySatisfy(problem -> assertThat(problem).contains("--data needs a value"))
                                .anySatisfy(problem ->
                                        assertThat(problem).contains("TANDEM_AGENTS", "did you mean 'agent'"))
                                .anySatisfy(problem -> assertThat(problem).contains("unknown key 'prot'")));
    }

    @Test
    void aValueOfTheWrongKindIsRefusedWithWhatIsExpected() {
        assertThatThrownBy(() -> read(
                        Map.of(), "--port=many", "--agent=perhaps", "--external-url=ftp://x", "--job-lost-after=3m"))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "port: 'many' is not a whole number from 0",
                                        "external-url: 'ftp://x' is not an http or https URL",
                                        "agent: 'perhaps' is not true or false",
                                        "job-lost-after: '3m' is not a duration such as PT3M"));
    }

    @Test
    void theReferencePageIsUpToDate() throws IOException {
        Path page = Path.of(System.getProperty("tandem.root"), "docs/configuration.md");
        String expected = header() + SettingsReader.reference();
        if (Boolean.getBoolean("tandem.update")) {
            Files.writeString(page, expected);
        }

        assertThat(Files.readString(page))
                .as("run the test with -Dtandem.update=true to write the page anew")
                .isEqualTo(expected);
    }

    private Settings read(Map<String, String> environment, String... flags) {
        java.util.ArrayList<String> all = new java.util.ArrayList<>(List.of("--data=" + data));
        all.addAll(List.of(flags));
        return SettingsReader.read(all, environment);
    }

    private static String header() {
        return """
                # Settings of the server

                <!-- Generated from Settings.java by SettingsReaderTest; do not edit. -->

                A flag (`--port 9000`) wins over an environment variable (`TANDEM_PORT`), which wins over the file `tandem.properties` in the
                data folder (`port=9000`), which wins over the default. Keys nobody knows are refused.

                At the very first start `TANDEM_INITIAL_ROOT_PASSWORD` and `TANDEM_INITIAL_ROOT_TOKEN` in the environment set the
                administrator's password and a personal access token; without them a one-time password is printed.

                | key | environment | default | |
                | --- | --- | --- | --- |
                """;
    }
}
