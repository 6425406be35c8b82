package dev.tandem.server.platform;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** {@code tandem rotate-key [--data DIR]}: another key for the secrets in the database, while no server runs. */
public final class RotateKeyProgram {
    private RotateKeyProgram() {}

    /** Ends the process with 0 when it was done, 1 when there is nothing to do it with, 2 when the settings cannot be used. */
    public static void main(String[] arguments) throws Exception {
        List<String> flags = Arrays.asList(arguments).subList(1, arguments.length);
        System.exit(run(flags, System.getenv()));
    }

    static int run(List<String> flags, Map<String, String> environment) throws Exception {
        try {
            return rotate(SettingsReader.read(flags, environment));
        } catch (SettingsException e) {
            e.problems().forEach(problem -> System.err.println("tandem: " + problem));
            return 2;
        }
    }

    private static int rotate(Settings settings) throws Exception {
        Path key = settings.data().resolve("secret.key");
        if (!Files.exists(key)) {
            System.err.println("tandem: there is no " + key + "; name the server's data folder with --data");
            return 1;
        }
        try (DataLock alone = DataLock.take(settings.data())) {
            Databases.Opened opened =
                    Databases.open(settings, JsonMapper.builder().build());
            try (AutoCloseable resource = opened.resource()) {
                KeyRotation.Done done = new KeyRotation(opened.database(), key, () -> {}).run();
                System.out.printf(
                        "%s holds a new key%s; %,d secrets were sealed anew. Backups made before need the old one, which is in them.%n",
                        key, done.resumed() ? " (of the run that was cut short)" : "", done.secrets());
            }
        }
        return 0;
    }
}
