package dev.tandem.server.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderObjectStoreTest {
    private static final String HELLO_SHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @TempDir
    Path root;

    private ObjectStore store;

    @BeforeEach
    void open() throws IOException {
        store = new FolderObjectStore(root);
    }

    @Test
    void whatIsPutIsGotten() throws IOException {
        assertThat(put("logs/1", "hello")).isEqualTo(new ObjectStore.Stored(5, HELLO_SHA256));
        assertThat(get("logs/1")).isEqualTo("hello");
        assertThat(store.size("logs/1")).contains(5L);
    }

    @Test
    void whatIsNotThereIsEmpty() throws IOException {
        assertThat(store.get("logs/2")).isEmpty();
        assertThat(store.size("logs/2")).isEmpty();
        store.delete("logs/2");
    }

    @Test
    void puttingAgainReplaces() throws IOException {
        put("a", "old");
        put("a", "new");

        assertThat(get("a")).isEqualTo("new");
    }

    @Test
    void tooMuchIsRefusedAndNothingStays() throws IOException {
        assertThatThrownBy(() -> store.put("a", new ByteArrayInputStream(new byte[11]), 10))
                .isInstanceOf(ObjectStore.TooLargeException.class);

        assertThat(store.get("a")).isEmpty();
        assertThat(leftovers()).isZero();
    }

    @Test
    void aSourceThatFailsHalfWayLeavesTheOldObject() throws IOException {
        put("a", "old");
        InputStream broken = new InputStream() {
            private int left = 3;

            @Override
            public int read() throws IOException {
                if (left-- <= 0) {
                    throw new IOException("cable cut");
                }
                return 'x';
            }
        };

        assertThatThrownBy(() -> store.put("a", broken, 100)).hasMessage("cable cut");
        assertThat(get("a")).isEqualTo("old");
        assertThat(leftovers()).isZero();
    }

    @Test
    void whatADeadProcessWasWritingIsSweptAtStart() throws IOException {
        Files.writeString(root.resolve(".incoming/half"), "half");

        store = new FolderObjectStore(root);

        assertThat(leftovers()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../secret", "a/../b", "/etc/passwd", "a//b", ".incoming/x", "a/.b", "a b", "a\u0000b"})
    void aKeyThatCouldLeaveTheFolderIsRefused(String key) {
        assertThatThrownBy(() -> store.get(key)).isInstanceOf(IllegalArgumentException.class);
    }

    private ObjectStore.Stored put(String key, String content) throws IOException {
        return store.put(key, new ByteArrayInputStream(content.getBytes(UTF_8)), 1000);
    }

    private String get(String key) throws IOException {
        try (InputStream in = store.get(key).orElseThrow()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private long leftovers() throws IOException {
        try (var files = Files.list(root.resolve(".incoming"))) {
            return files.count();
        }
    }
}
