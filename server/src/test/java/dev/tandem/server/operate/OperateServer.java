package dev.tandem.server.operate;

import dev.tandem.server.RunningServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.springframework.util.FileSystemUtils;

/** One server for all tests of operate that need a whole one; each makes projects of its own. */
final class OperateServer implements BeforeAllCallback {
    private static volatile RunningServer current;

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(Namespace.create(OperateServer.class))
                .computeIfAbsent(Held.class, type -> Held.start(), Held.class);
    }

    static RunningServer get() {
        if (current == null) {
            throw new IllegalStateException("extend the test with OperateServer");
        }
        return current;
    }

    private record Held(RunningServer server, Path folder) implements AutoCloseable {
        static Held start() {
            try {
                Path folder = Files.createTempDirectory("operate");
                current = RunningServer.start(folder, "--outgoing-allow", "127.0.0.1");
                return new Held(current, folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            FileSystemUtils.deleteRecursively(folder);
        }
    }
}
