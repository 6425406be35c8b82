package dev.tandem.proxy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A running proxy. */
public final class Proxy implements AutoCloseable {

    private static final long START_SECONDS = 30;
    private static final int MAX_EVENT_LOOPS = 4;

    private final Vertx vertx;
    private final FileChannel lock;
    private final int port;

    private Proxy(Vertx vertx, FileChannel lock, int port) {
        this.vertx = vertx;
        this.lock = lock;
        this.port = port;
    }

    /**
     * Starts to route by the table found in the folder and to listen for a new one.
     *
     * @throws IOException when the folder belongs to a running proxy or cannot be used
     * @throws IllegalStateException when it cannot listen; the message says where
     */
    public static Proxy start(ProxySettings settings) throws IOException {
        Files.createDirectories(
                settings.folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel lock = lock(settings.folder());
        RouteFile file = new RouteFile(settings.folder());
        Routes routes = new Routes();
        routes.apply(file.load());
        Vertx vertx = Vertx.vertx(options());
        try {
            int port = port(settings);
            await(listen(vertx, settings, routes, port), "listen on " + settings.host() + ":" + port);
            Control control = new Control(vertx, settings, routes, file, newEpoch());
            await(control.listen(port), "listen on " + settings.controlSocket());
            return new Proxy(vertx, lock, port);
        } catch (IOException | RuntimeException e) {
            vertx.close();
            lock.close();
            throw e;
        }
    }

    /** The TCP port it listens on. */
    public int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        await(vertx.close(), "close");
        lock.close();
    }

    private static Future<?> listen(Vertx vertx, ProxySettings settings, Routes routes, int port) {
        return vertx.deployVerticle(
                () -> new Front(routes, settings, port),
                new DeploymentOptions().setInstances(options().getEventLoopPoolSize()));
    }

    /** All event loops listen on one port, so "any free one" is settled before. */
    private static int port(ProxySettings settings) throws IOException {
        if (settings.port() != 0) {
            return settings.port();
        }
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName(settings.host()))) {
            return any.getLocalPort();
        }
    }

    private static VertxOptions options() {
        return new VertxOptions()
                .setEventLoopPoolSize(Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_EVENT_LOOPS))
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    /** Two proxies in one folder would overwrite each other's table. */
    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            throw new IOException("another proxy holds the lock of " + folder);
        }
        return channel;
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String newEpoch() {
        byte[] bytes = new byte[8];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static <T> T await(Future<T> future, String what) {
        try {
            return future.await(START_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("cannot " + what + ": " + e.getMessage(), e);
        }
    }
}
