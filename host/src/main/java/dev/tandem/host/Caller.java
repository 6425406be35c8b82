package dev.tandem.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who this process is. */
record Caller(int uid, int gid) {
    boolean root() {
        return uid == 0;
    }

    static Caller current() throws IOException {
        var self = Path.of("/proc/self");
        return new Caller(attribute(self, "unix:uid"), attribute(self, "unix:gid"));
    }

    private static int attribute(Path path, String name) throws IOException {
        return (Integer) Files.getAttribute(path, name);
    }
}
