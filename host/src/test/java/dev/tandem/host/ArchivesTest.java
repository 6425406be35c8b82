package dev.tandem.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchivesTest {
    private static final ArchiveLimits SMALL = new ArchiveLimits(100, 8 << 20, 200);

    @TempDir
    Path folder;

    private Path source;
    private Path target;

    @BeforeEach
    void makeFolders() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        target = Files.createDirectory(folder.resolve("target"));
    }

    /** Both formats behind one face, so that each promise is checked for both. */
    enum Format {
        ZIP {
            @Override
            void pack(Path root, OutputStream out) throws IOException {
                Archives.packZip(root, Archives.tree(root), out);
            }

            @Override
            UnpackOutcome unpack(byte[] archive, Path target) throws IOException {
                var file = Files.createTempFile(target.getParent(), "archive", ".zip");
                Files.write(file, archive);
                return Archives.unpackZip(file, target, SMALL);
            }
        },
        TAR_GZ {
            @Override
            void pack(Path root, OutputStream out) throws IOException {
                Archives.packTarGz(root, Archives.tree(root), out);
            }

            @Override
            UnpackOutcome unpack(byte[] archive, Path target) throws IOException {
                return Archives.unpackTarGz(new ByteArrayInputStream(archive), target, SMALL);
            }
        };

        abstract void pack(Path root, OutputStream out) throws IOException;

        abstract UnpackOutcome unpack(byte[] archive, Path target) throws IOException;

        byte[] pack(Path root) throws IOException {
            var out = new ByteArrayOutputStream();
            pack(root, out);
            return out.toByteArray();
        }
    }

    static Stream<Format> formats() {
        return Stream.of(Format.values());
    }

    @ParameterizedTest
    @MethodSource("formats")
    void contentModesAndLinksComeBack(Format format) throws IOException {
        fill(source);
        assertThat(format.unpack(format.pack(source), target)).isEqualTo(new UnpackOutcome.Unpacked(5, 12));
        assertThat(target.resolve("bin/run")).hasContent("#!/bin/sh\n");
        assertThat(Files.getPosixFilePermissions(target.resolve("bin/run")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(Files.readSymbolicLink(target.resolve("bin/again"))).isEqualTo(Path.of("../naïve.txt"));
        assertThat(target.resolve("naïve.txt")).hasContent("hi");
        assertThat(target.resolve("empty")).isEmptyDirectory();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void equalContentGivesEqualBytesWhateverTimeAndZone(Format format) throws IOException {
        fill(source);
        var zone = TimeZone.getDefault();
        var first = format.pack(source);
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            fill(target);
            Files.setLastModifiedTime(target.resolve("naïve.txt"), FileTime.fromMillis(123_456_789_000L));
            assertThat(format.pack(target)).isEqualTo(first);
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "../evil, an entry's path leads upwards",
        "a/../../evil, an entry's path leads upwards",
        "/etc/evil, an entry has an absolute path",
    })
    void namesThatLeadOutsideAreRefused(String name, String reason) throws IOException {
        var zip = zip(out -> put(out, name, 0100644, "x"));
        assertThat(Format.ZIP.unpack(zip, target)).isEqualTo(new UnpackOutcome.Refused(name, reason));
        var tar = tar(out -> put(out, name, TarConstants.LF_NORMAL, "x", ""));
        assertThat(Format.TAR_GZ.unpack(tar, target)).isEqualTo(new UnpackOutcome.Refused(name, reason));
        assertThat(folder.resolve("evil")).doesNotExist();
        assertThat(Path.of("/etc/evil")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "..", "../x", "a/../..", "a/../b", "../../../etc/passwd"})
    void linksThatLeadOutsideAreRefused(String linkTarget) throws IOException {
        var expected = new UnpackOutcome.Refused("link", "a link leads outside");
        assertThat(Format.ZIP.unpack(zip(out -> put(out, "link", 0120777, linkTarget)), target))
                .isEqualTo(expected);
        assertThat(Format.TAR_GZ.unpack(tar(out -> put(out, "link", TarConstants.LF_SYMLINK, "", linkTarget)), target))
                .isEqualTo(expected);
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void entryBelowALinkIsRefused() throws IOException {
        var zip = zip(out -> {
            put(out, "real/x", 0100644, "x");
            put(out, "link", 0120777, "real");
            put(out, "link/evil", 0100644, "x");
        });
        assertThat(Format.ZIP.unpack(zip, target))
                .isEqualTo(new UnpackOutcome.Refused("link/evil", "an entry lies below something that is no folder"));
    }

    @Test
    void hardLinkToAFileOfTheHostIsRefused() throws IOException {
        Files.writeString(folder.resolve("outside"), "secret");
        var upwards = tar(out -> put(out, "link", TarConstants.LF_LINK, "", "../outside"));
        assertThat(Format.TAR_GZ.unpack(upwards, target)).isInstanceOf(UnpackOutcome.Refused.class);
        var absolute = tar(out -> put(out, "link", TarConstants.LF_LINK, "", "/etc/passwd"));
        assertThat(Format.TAR_GZ.unpack(absolute, target)).isInstanceOf(UnpackOutcome.Refused.class);
        var throughLink = tar(out -> {
            put(out, "a", TarConstants.LF_SYMLINK, "", "b");
            put(out, "link", TarConstants.LF_LINK, "", "a");
        });
        assertThat(Format.TAR_GZ.unpack(throughLink, target)).isInstanceOf(UnpackOutcome.Refused.class);
    }

    @Test
    void hardLinkToAFileOfTheArchiveWorks() throws IOException {
        var tar = tar(out -> {
            put(out, "a", TarConstants.LF_NORMAL, "x", "");
            put(out, "b", TarConstants.LF_LINK, "", "a");
        });
        assertThat(Format.TAR_GZ.unpack(tar, target)).isEqualTo(new UnpackOutcome.Unpacked(2, 1));
        assertThat(target.resolve("b")).hasContent("x");
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO})
    void devicesAndPipesAreRefused(byte type) throws IOException {
        assertThat(Format.TAR_GZ.unpack(tar(out -> put(out, "dev", type, "", "")), target))
                .isEqualTo(new UnpackOutcome.Refused("dev", "an entry is a device, a pipe or of an unknown kind"));
    }

    @Test
    void deviceInAZipIsRefused() throws IOException {
        assertThat(Format.ZIP.unpack(zip(out -> put(out, "dev", 0020666, "")), target))
                .isEqualTo(new UnpackOutcome.Refused("dev", "an entry is a device, pipe or socket"));
    }

    @Test
    void setuidBitIsDropped() throws IOException {
        Format.TAR_GZ.unpack(tar(out -> put(out, "x", TarConstants.LF_NORMAL, "x", "")), target);
        var zip = zip(out -> put(out, "suid", 0106755, "x"));
        Format.ZIP.unpack(zip, target);
        assertThat((int) (Integer) Files.getAttribute(target.resolve("suid"), "unix:mode") & 07777)
                .isEqualTo(0755);
    }

    @Test
    void sameNameTwiceIsRefused() throws IOException {
        var tar = tar(out -> {
            put(out, "a", TarConstants.LF_NORMAL, "x", "");
            put(out, "./a", TarConstants.LF_NORMAL, "y", "");
        });
        assertThat(Format.TAR_GZ.unpack(tar, target))
                .isEqualTo(new UnpackOutcome.Refused("./a", "two entries have this name"));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void bombIsStoppedByItsRatio(Format format) throws IOException {
        Files.write(source.resolve("zeros"), new byte[7 << 20]);
        assertThat(format.unpack(format.pack(source), target))
                .isEqualTo(new UnpackOutcome.Refused("zeros", "it unpacks to more than 200 times its size"));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void tooMuchIsRefused(Format format) throws IOException {
        var random = new java.util.Random(7);
        for (var name = 0; name < 3; name++) {
            var bytes = new byte[3 << 20];
            random.nextBytes(bytes);
            Files.write(source.resolve("f" + name), bytes);
        }
        assertThat(format.unpack(format.pack(source), target))
                .isEqualTo(new UnpackOutcome.Refused("f2", "it unpacks to more than 8388608 bytes"));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void tooManyEntriesAreRefused(Format format) throws IOException {
        for (var name = 0; name < 101; name++) {
            Files.createFile(source.resolve("f" + name));
        }
        assertThat(format.unpack(format.pack(source), target))
                .isEqualTo(new UnpackOutcome.Refused("f99", "it has more than 100 entries"));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void damagedArchiveIsRefusedNotThrown(Format format) throws IOException {
        fill(source);
        var whole = format.pack(source);
        for (var length : new int[] {0, 1, 10, whole.length / 2, whole.length - 3}) {
            var outcome = format.unpack(java.util.Arrays.copyOf(whole, length), emptyFolder(length));
            assertThat(outcome).as("cut to %d bytes", length).isInstanceOf(UnpackOutcome.Refused.class);
        }
        assertThat(format.unpack("<html>no archive</html>".getBytes(StandardCharsets.UTF_8), target))
                .isInstanceOf(UnpackOutcome.Refused.class);
    }

    private Path emptyFolder(int name) throws IOException {
        return Files.createDirectory(folder.resolve("target-" + name));
    }

    private static void fill(Path root) throws IOException {
        Files.createDirectory(root.resolve("bin"));
        Files.createDirectory(root.resolve("empty"));
        Files.writeString(root.resolve("bin/run"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(root.resolve("bin/run"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.writeString(root.resolve("naïve.txt"), "hi");
        Files.createSymbolicLink(root.resolve("bin/again"), Path.of("../naïve.txt"));
    }

    private interface Filling<T> {
        void fill(T out) throws IOException;
    }

    private static byte[] zip(Filling<ZipArchiveOutputStream> filling) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipArchiveOutputStream(bytes)) {
            filling.fill(out);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipArchiveOutputStream out, String name, int mode, String content) throws IOException {
        var entry = new ZipArchiveEntry(name);
        entry.setUnixMode(mode);
        out.putArchiveEntry(entry);
        out.write(content.getBytes(StandardCharsets.UTF_8));
        out.closeArchiveEntry();
    }

    private static byte[] tar(Filling<TarArchiveOutputStream> filling) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes))) {
            filling.fill(out);
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream out, String name, byte type, String content, String link)
            throws IOException {
        var entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName(link);
        entry.setSize(content.length());
        out.putArchiveEntry(entry);
        out.write(content.getBytes(StandardCharsets.UTF_8));
        out.closeArchiveEntry();
    }
}
