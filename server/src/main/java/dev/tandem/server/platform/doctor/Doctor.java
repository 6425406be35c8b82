package dev.tandem.server.platform.doctor;

import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import dev.tandem.server.platform.DataLock;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.sqlite.SQLiteConfig;

/** Looks at this machine and at one data folder, beside a running server or without one. */
final class Doctor {
    private static final long LITTLE_SPACE = 1L << 30;
    private static final int KEY_BYTES = 32;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Settings settings;
    private final List<Finding> findings = new ArrayList<>();

    Doctor(Settings settings) {
        this.settings = settings;
    }

    /** All there is to say, in the order in which one would ask. */
    List<Finding> examine() throws IOException {
        findings.add(Finding.ok("Java", Runtime.version() + " (" + System.getProperty("java.vendor") + ")"));
        isolation();
        boolean running = false;
        if (Files.isDirectory(settings.data())) {
            running = server();
            space();
            key();
            database();
            repositories();
        } else {
            findings.add(Finding.warning(
                    "data folder", settings.data() + " does not exist; the first start of the server makes it."));
        }
        if (!running) {
            port();
        }
        return List.copyOf(findings);
    }

    private void isolation() {
        findings.add(
                switch (Sandbox.detect(settings.unsafeShell())) {
                    case SandboxDetection.Refused(String reason, String mend) ->
                        Finding.failed(
                                "isolation", "the built-in runner and agent start nothing: " + reason + " " + mend);
                    case SandboxDetection.Available(Sandbox sandbox, String how) ->
                        sandbox.strength() == Sandbox.Strength.ISOLATED
                                ? Finding.ok("isolation", how)
                                : Finding.warning("isolation", how);
                });
    }

    private boolean server() throws IOException {
        boolean running = DataLock.held(settings.data());
        findings.add(Finding.ok("server", (running ? "one runs on " : "none runs on ") + settings.data()));
        return running;
    }

    private void space() throws IOException {
        long free = Files.getFileStore(settings.data()).getUsableSpace();
        String says = "%,d MB are free where %s lies".formatted(free >> 20, settings.data());
        findings.add(
                free < LITTLE_SPACE
                        ? Finding.warning("space", says + "; pushes and artifacts fail when it is full.")
                        : Finding.ok("space", says));
    }

    private void key() throws IOException {
        Path file = settings.data().resolve("secret.key");
        if (!Files.exists(file)) {
            findings.add(
                    Files.exists(file())
                            ? Finding.failed(
                                    "key", file + " is missing: no secret can be opened. Bring it back from a backup.")
                            : Finding.ok("key", "the first start makes one"));
            return;
        }
        List<String> keys = Files.readString(file).strip().lines().toList();
        if (keys.isEmpty() || !keys.stream().allMatch(Doctor::isKey)) {
            findings.add(Finding.failed("key", file + " is no key of Tandem's. Bring it back from a backup."));
        } else if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
            findings.add(Finding.failed("key", file + " can be read by others: chmod 600 " + file));
        } else if (keys.size() > 1) {
            findings.add(Finding.warning(
                    "key", file + " holds the old key beside the new one: stop the server and run tandem rotate-key"));
        } else {
            findings.add(Finding.ok("key", file + " is readable by its owner only"));
        }
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Path file() {
        return settings.data().resolve("tandem.db");
    }

    private void databaseFile() {
        SQLiteConfig readOnly = new SQLiteConfig();
        readOnly.setReadOnly(true);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file(), readOnly.toProperties());
                Statement statement = connection.createStatement()) {
            String says = first(statement, "pragma quick_check(1)");
            findings.add(
                    says.equals("ok")
                            ? Finding.ok(
                                    "database",
                                    file() + " is whole; schema "
                                            + first(
                                                    statement,
                                                    "select max(cast(version as integer)) from flyway_schema_history"))
                            : Finding.failed(
                                    "database", file() + " is damaged (" + says + "). Restore the last backup."));
        } catch (SQLException e) {
            findings.add(Finding.failed(
                    "database", file() + " cannot be read: " + e.getMessage() + " Restore the last backup."));
        }
    }

    private void database() throws IOException {
        if (!settings.databaseUrl().isEmpty()) {
            postgres();
        } else if (Files.exists(file())) {
            databaseFile();
        } else {
            findings.add(Finding.ok("database", "the first start makes one"));
        }
    }

    private void postgres() {
        try (Connection connection = DriverManager.getConnection(
                settings.databaseUrl(), settings.databaseUser(), settings.databasePassword())) {
            findings.add(Finding.ok("database", connection.getMetaData().getDatabaseProductVersion() + " answers"));
        } catch (SQLException e) {
            findings.add(Finding.failed("database", settings.databaseUrl() + " does not answer: " + e.getMessage()));
        }
    }

    private static String first(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    /** Whether each is a repository at all; {@code git fsck} says more, and takes long. */
    private void repositories() throws IOException {
        Path folder = settings.data().resolve("repositories");
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> inside = Files.list(folder)) {
            all = inside.filter(path -> path.toString().endsWith(".git")).toList();
        }
        List<Path> broken = all.stream()
                .filter(path -> !Files.isReadable(path.resolve("HEAD"))
                        || !Files.isDirectory(path.resolve("objects"))
                        || !Files.isDirectory(path.resolve("refs")))
                .toList();
        findings.add(
                broken.isEmpty()
                        ? Finding.ok("repositories", all.size() + " in " + folder)
                        : Finding.failed("repositories", broken + " are no repositories. Restore the last backup."));
    }

    private void port() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(settings.bind()), settings.port()));
            findings.add(Finding.ok("port", settings.port() + " is free"));
        } catch (IOException e) {
            findings.add(Finding.failed(
                    "port",
                    settings.port() + " on " + settings.bind() + " cannot be had (" + e.getMessage()
                            + "): end what uses it, or choose another with --port"));
        }
    }
}
