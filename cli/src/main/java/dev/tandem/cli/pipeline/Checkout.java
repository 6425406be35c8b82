package dev.tandem.cli.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that a command is about.
 *
 * @param root where included paths begin: the configuration's own folder, or the git checkout around it when it has another name
 *     than {@code .gitlab-ci.yml}
 * @param config path of the configuration below the root
 */
public record Checkout(Path root, String config) {
    public static final String CONFIG = ".gitlab-ci.yml";

    /** Empty when there is no such readable file. */
    static Optional<Checkout> of(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path given = Files.isDirectory(absolute) ? absolute.resolve(CONFIG) : absolute;
        Path folder = given.getParent();
        if (folder == null || !Files.isRegularFile(given) || !Files.isReadable(given)) {
            return Optional.empty();
        }
        Path root = given.endsWith(CONFIG) ? folder : around(folder);
        return Optional.of(new Checkout(root, root.relativize(given).toString()));
    }

    private static Path around(Path folder) {
        for (Path each = folder; each != null; each = each.getParent()) {
            if (Files.exists(each.resolve(".git"))) {
                return each;
            }
        }
        return folder;
    }

    /** The branch that is checked out here; null outside git and on a detached head. */
    @Nullable
    String branch() {
        return head().filter(head -> head.startsWith("ref: refs/heads/"))
                .map(head -> head.substring("ref: refs/heads/".length()))
                .orElse(null);
    }

    /** The commit that is checked out here, as far as a look at two files tells. */
    Optional<String> commit() {
        Optional<String> head = head();
        if (head.isEmpty() || !head.get().startsWith("ref: ")) {
            return head.filter(text -> text.matches("[0-9a-f]{40}"));
        }
        String ref = head.get().substring("ref: ".length());
        return text(root.resolve(".git").resolve(ref)).filter(text -> text.matches("[0-9a-f]{40}"));
    }

    private Optional<String> head() {
        return text(root.resolve(".git").resolve("HEAD"));
    }

    private static Optional<String> text(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Files.readString(file).strip())
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
