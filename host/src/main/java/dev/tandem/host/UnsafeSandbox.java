package dev.tandem.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** No sandbox at all: the command in its folder with its own environment, as the caller. */
record UnsafeSandbox(Strength strength) implements Sandbox {
    private static final String IN_FOLDER = "cd \"$1\" && shift && exec \"$@\"";

    @Override
    public Launch prepare(SandboxSpec spec, List<String> command) {
        var shell = HostPrograms.find("sh").map(Path::toString).orElse("/bin/sh");
        var argv = new ArrayList<>(
                List.of(shell, "-c", IN_FOLDER, "tandem-job", spec.workDir().toString()));
        argv.addAll(command);
        return new Launch(argv, spec.environment(), "", 0);
    }
}
