package dev.tandem.server.code.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextIndexTest {
    private static final String SHA = "1".repeat(40);

    @TempDir
    Path folder;

    private TextIndex index;

    @BeforeEach
    void open() {
        index = new TextIndex(folder.resolve("search"));
    }

    @AfterEach
    void close() throws IOException {
        index.close();
    }

    @Test
    void filesAreFoundByWhatTheyMayHold() throws IOException {
        fill(1, "a.txt", "The Quick brown\nfox", "b.txt", "quiet", "c.txt", "中文 text", "d.txt", "qu");

        assertThat(found(1, "quick")).containsExactly("a.txt");
        assertThat(found(1, "QUI")).containsExactly("a.txt", "b.txt");
        assertThat(found(1, "qu")).containsExactly("a.txt", "b.txt", "d.txt");
        assertThat(found(1, "u")).containsExactly("a.txt", "b.txt", "d.txt");
        assertThat(found(1, "x")).containsExactly("a.txt", "c.txt");
        assertThat(found(1, "文")).containsExactly("c.txt");
        assertThat(found(1, "nothing")).isEmpty();
        assertThat(found(2, "quick")).isEmpty();
        try (TextIndex.View view = index.view()) {
            assertThat(view.states()).containsOnly(java.util.Map.entry(1L, SHA));
        }
    }

    @Test
    void nothingOfAChangeIsSeenBeforeItIsDone() throws IOException {
        fill(1, "a.txt", "old words");
        try (TextIndex.Change change = index.change(1).orElseThrow()) {
            change.remove("a.txt");
            change.add("a.txt", SHA, bytes("new words"));
            assertThat(index.change(2)).isEmpty();
            assertThat(found(1, "old")).containsExactly("a.txt");
        }
        assertThat(found(1, "old")).containsExactly("a.txt");
        assertThat(found(1, "new")).isEmpty();
        assertThat(index.change(2)).isPresent();
    }

    @Test
    void aProjectIsForgotten() throws IOException {
        fill(1, "a.txt", "words");
        fill(2, "a.txt", "words");

        try (TextIndex.Change change = index.change(1).orElseThrow()) {
            change.forgotten();
        }

        assertThat(found(1, "words")).isEmpty();
        assertThat(found(2, "words")).containsExactly("a.txt");
        try (TextIndex.View view = index.view()) {
            assertThat(view.states()).containsOnlyKeys(2L);
        }
    }

    @Test
    void damageIsNoticedAndWipingHelps() throws IOException {
        fill(1, "a.txt", "words ".repeat(1000));
        index.verify();
        index.close();
        for (Path file : files()) {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > 100) {
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
        }

        assertThatThrownBy(index::verify).isInstanceOf(IndexDamagedException.class);

        index.wipe();
        assertThat(found(1, "words")).isEmpty();
        fill(1, "a.txt", "words");
        assertThat(found(1, "words")).containsExactly("a.txt");
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder.resolve("search"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void fill(long project, String... pathsAndTexts) throws IOException {
        try (TextIndex.Change change = index.change(project).orElseThrow()) {
            for (int i = 0; i < pathsAndTexts.length; i += 2) {
                change.add(pathsAndTexts[i], SHA, bytes(pathsAndTexts[i + 1]));
            }
            change.done(SHA);
        }
    }

    private List<String> found(long project, String text) throws IOException {
        List<String> paths = new ArrayList<>();
        try (TextIndex.View view = index.view()) {
            Candidates candidates = view.candidates(new Needed.Text(text), Set.of(project));
            for (var batch = candidates.next(2); !batch.isEmpty(); batch = candidates.next(2)) {
                batch.forEach(file -> paths.add(file.path()));
            }
        }
        return paths;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
