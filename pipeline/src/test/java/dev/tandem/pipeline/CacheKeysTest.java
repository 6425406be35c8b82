package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code cache:key:files}: the key follows what the files hold. */
class CacheKeysTest {
    private static String key(String key, String lock) {
        return Given.config("job: {script: [make], cache: {key: " + key + ", paths: [x]}}")
                .file("app/lock.json", lock)
                .file("other.json", "x")
                .job("job")
                .caches()
                .getFirst()
                .key();
    }

    @Test
    void changesWithTheContentOfTheFiles() {
        String key = key("{files: [app/lock.json]}", "1");
        assertThat(key).matches("[0-9a-f]{40}").isEqualTo(key("{files: [app/lock.json]}", "1"));
        assertThat(key("{files: [app/lock.json]}", "2")).isNotEqualTo(key);
        assertThat(key("{files: ['**/lock.json']}", "1")).isEqualTo(key);
        assertThat(key("{files: [other.json]}", "1")).isNotEqualTo(key);
        assertThat(key("{files_commits: [app/lock.json]}", "1")).isEqualTo(key);
    }

    @Test
    void hasItsPrefixAndADefault() {
        assertThat(key("{files: [app/lock.json], prefix: $CI_JOB_NAME}", "1")).matches("\\$CI_JOB_NAME-[0-9a-f]{40}");
        assertThat(key("{files: [absent]}", "1")).isEqualTo("default");
        assertThat(key("{files: [absent], prefix: p}", "1")).isEqualTo("p-default");
        assertThat(key("plain", "1")).isEqualTo("plain");
    }
}
