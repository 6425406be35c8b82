package dev.tandem.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.cli.drive.ServerProcess;
import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import java.nio.file.Files;

/** The distribution under test, and what of the optional parts is here. */
final class Distribution {
    private Distribution() {}

    static void required() {
        assumeTrue(Files.exists(ServerProcess.home().resolve("built")), "skipped: no distribution; run ./tandem test");
    }

    static void isolationRequired() {
        required();
        if (Sandbox.detect(false) instanceof SandboxDetection.Refused(var reason, var mend)) {
            assumeTrue(false, reason + " " + mend);
        }
    }

    /** Whether full counts are asked for ({@code ./tandem prove}). */
    static boolean prove() {
        return Boolean.getBoolean("tandem.prove");
    }
}
