package dev.tandem.server.platform.doctor;

import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.SettingsException;
import dev.tandem.server.platform.SettingsReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@code tandem doctor [options of tandem server]}. */
public final class DoctorProgram {
    private DoctorProgram() {}

    /** Ends the process with 0 when nothing failed, 1 when something did, 2 when the settings cannot be used. */
    public static void main(String[] arguments) throws IOException {
        List<String> flags = Arrays.asList(arguments).subList(1, arguments.length);
        System.exit(run(flags, System.getenv(), System.out));
    }

    static int run(List<String> flags, Map<String, String> environment, PrintStream out) throws IOException {
        Settings settings;
        try {
            settings = SettingsReader.read(flags, environment);
        } catch (SettingsException e) {
            e.problems().forEach(problem -> out.println("✗ settings: " + problem));
            return 2;
        }
        List<Finding> findings = new Doctor(settings).examine();
        for (Finding finding : findings) {
            String sign = switch (finding.level()) {
                case OK -> "✓";
                case WARNING -> "!";
                case FAILED -> "✗";
            };
            out.println(sign + " " + finding.what() + ": " + finding.says());
        }
        return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAILED) ? 1 : 0;
    }
}
