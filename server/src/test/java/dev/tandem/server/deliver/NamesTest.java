package dev.tandem.server.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @CsvSource({
        "production, PRODUCTION",
        "prod, PRODUCTION",
        "Live, PRODUCTION",
        "staging, STAGING",
        "pre-production, STAGING",
        "qa, TESTING",
        "integration, TESTING",
        "review/feature-1, DEVELOPMENT",
        "dev, DEVELOPMENT",
        "docs, OTHER"
    })
    void tiersFollowFromNames(String name, Tier tier) {
        assertThat(Tier.ofName(name)).isEqualTo(tier);
    }

    @Test
    void aPlainNameIsItsOwnSlug() {
        assertThat(EnvironmentNames.slug("production")).isEqualTo("production");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Production",
                "review/a_b",
                "9lives",
                "$",
                "a-very-long-name-of-an-environment-indeed",
                "x/",
                "--"
            })
    void everyOtherSlugFitsIntoAHostNameAndIsItsOwn(String name) {
        assertThat(EnvironmentNames.slug(name)).matches("[a-z][a-z0-9-]{0,22}[a-z0-9]");
        assertThat(EnvironmentNames.slug(name)).isNotEqualTo(EnvironmentNames.slug(name + "2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/x", "x/", "a\nb", "<script>", "ä"})
    void someNamesAreRefused(String name) {
        assertThat(EnvironmentNames.problem(name)).isPresent();
    }
}
