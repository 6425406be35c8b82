package dev.tandem.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The host paths that a sandbox shows, parents before children. A path below a folder that only root may enter (a data
 * folder, /root) cannot be reached by the unprivileged uid that builds the sandbox; such a path is staged: root binds
 * it, in a mount namespace of its own, below a place that everybody may enter.
 */
final class Mounts {
    private static final List<Path> PLACES = List.of(Path.of("/mnt"), Path.of("/media"), Path.of("/srv"));

    /** One path: where it really is, where it appears, and from where the builder of the sandbox takes it. */
    private record Mount(Path source, Path target, boolean writable) {}

    private final List<Mount> mounts = new ArrayList<>();
    private final List<Path> staged = new ArrayList<>();
    private final boolean staging;

    /** @param staging whether the caller is root and gives its rights up before it builds the sandbox */
    Mounts(boolean staging) {
        this.staging = staging;
    }

    void add(Path path, boolean writable) throws IOException {
        addAt(path, path.toAbsolutePath().normalize(), writable);
    }

    void addAt(Path source, Path target, boolean writable) throws IOException {
        mounts.add(new Mount(source.toRealPath(), target, writable));
    }

    List<String> options() throws IOException {
        mounts.sort(Comparator.comparingInt(mount -> mount.target().getNameCount()));
        var options = new ArrayList<String>();
        for (var mount : mounts) {
            options.add(mount.writable() ? "--bind" : "--ro-bind");
            options.add(reachableSource(mount.source()).toString());
            options.add(mount.target().toString());
        }
        return options;
    }

    /** Real paths to be bound below {@link #place} by their index; complete after {@link #options}. */
    List<Path> staged() {
        return staged;
    }

    Path place() {
        return PLACES.stream()
                .filter(Files::isDirectory)
                .filter(place ->
                        mounts.stream().noneMatch(mount -> mount.source().startsWith(place)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("none of " + PLACES + " is free to stage mounts in"));
    }

    private Path reachableSource(Path source) throws IOException {
        if (!staging || everybodyReaches(source)) {
            return source;
        }
        var index = staged.indexOf(source);
        if (index < 0) {
            staged.add(source);
            index = staged.size() - 1;
        }
        return place().resolve(String.valueOf(index));
    }

    private static boolean everybodyReaches(Path source) throws IOException {
        for (var folder = source.getParent(); folder != null; folder = folder.getParent()) {
            if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }
}
