package dev.tandem.server.platform.backup;

import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.SettingsException;
import dev.tandem.server.platform.SettingsReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** {@code tandem backup FILE [--data DIR]} and {@code tandem restore FILE [--data DIR]}. */
public final class BackupProgram {
    private static final String USAGE = """
            Usage: tandem backup FILE [--data DIR]    writes a backup of a server's data folder, running or not
                   tandem restore FILE [--data DIR]   makes an empty or missing data folder of it
            The other options of tandem server are taken too; the file holds all secrets, and the key that opens them.""";

    private BackupProgram() {}

    /** Ends the process with 0 when it was done, 1 when it could not be, 2 when it was not understood. */
    public static void main(String[] arguments) throws IOException, SQLException {
        System.exit(run(List.of(arguments), System.getenv()));
    }

    static int run(List<String> arguments, Map<String, String> environment) throws IOException, SQLException {
        if (arguments.size() < 2 || arguments.get(1).startsWith("-")) {
            System.err.println(USAGE);
            return 2;
        }
        try {
            Settings settings = SettingsReader.read(arguments.subList(2, arguments.size()), environment);
            Path file = Path.of(arguments.get(1));
            return arguments.getFirst().equals("backup") ? backup(settings, file) : restore(settings, file);
        } catch (SettingsException e) {
            e.problems().forEach(System.err::println);
            return 2;
        } catch (BackupException e) {
            System.err.println("tandem: " + e.getMessage());
            return 1;
        }
    }

    private static int backup(Settings settings, Path file) throws IOException, SQLException {
        if (!settings.databaseUrl().isEmpty()) {
            throw new BackupException(
                    "the database is PostgreSQL, which pg_dump copies; a backup is of the embedded one");
        }
        Backup.Taken taken = new Backup(settings.data()).write(file);
        System.out.printf("%s: %,d files, %,d bytes before compression.%n", file, taken.files(), taken.bytes());
        System.out.println("It holds all secrets and the key that opens them: keep it where only you can read it.");
        return 0;
    }

    private static int restore(Settings settings, Path file) throws IOException {
        Restore.Restored restored = new Restore(file).into(settings.data());
        System.out.printf(
                "%s holds the %,d files of %s. Next: tandem server --data %s%n",
                settings.data(), restored.files(), restored.takenAt(), settings.data());
        return 0;
    }
}
