package dev.tandem.proxy;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The last table on disk; whole or not there, whenever the power goes. */
final class RouteFile {

    private static final System.Logger LOG = System.getLogger(RouteFile.class.getName());

    private final Path file;

    RouteFile(Path folder) {
        this.file = folder.resolve("routes.json");
    }

    void save(RoutingTable table) throws IOException {
        Path temporary = file.resolveSibling("routes.json.new");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(RoutingTableJson.write(table).toBuffer().getBytes());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** The saved table, or the empty one when there is none. One that cannot be read is put aside and said so. */
    RoutingTable load() throws IOException {
        if (!Files.exists(file)) {
            return RoutingTable.EMPTY;
        }
        try {
            return RoutingTableJson.read(Buffer.buffer(Files.readAllBytes(file)));
        } catch (IllegalArgumentException e) {
            Path aside = file.resolveSibling("routes.json.unreadable");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.log(System.Logger.Level.ERROR, "kept an unreadable table as " + aside + ", routing nothing yet", e);
            return RoutingTable.EMPTY;
        }
    }
}
