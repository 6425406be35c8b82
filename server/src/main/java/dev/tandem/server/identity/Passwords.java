package dev.tandem.server.identity;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * Hashes passwords, on purpose slowly, and compares them. Safe for use by many threads.
 *
 * <p>The work is pure computing, so it runs on two platform threads of its own with a bounded queue: on virtual threads,
 * a flood of sign-ins would hold all carriers and with them the whole server.
 */
final class Passwords implements AutoCloseable {
    static final int SHORTEST = 8;

    /** In bytes of UTF-8: bcrypt would ignore what comes after. */
    static final int LONGEST_BYTES = 72;

    private static final int THREADS = 2;
    private static final int MOST_WAITING = 32;

    private final BCryptPasswordEncoder encoder;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("passwords-", 0).factory());

    Passwords(PasswordCost cost) {
        encoder = new BCryptPasswordEncoder(cost.log2Rounds());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Whether people may choose this one. */
    static boolean acceptable(String password) {
        return password.length() >= SHORTEST && fits(password);
    }

    /** @throws Busy when too many are waiting */
    String hash(String password) {
        return compute(() -> encoder.encode(password));
    }

    /**
     * Takes as long without a hash as with one, so that nobody learns which accounts exist.
     *
     * @throws Busy when too many are waiting
     */
    boolean matches(String password, Optional<String> hash) {
        if (!fits(password)) {
            return false;
        }
        if (hash.isEmpty()) {
            compute(() -> encoder.encode(password));
            return false;
        }
        return compute(() -> encoder.matches(password, hash.get()));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static boolean fits(String password) {
        return password.getBytes(StandardCharsets.UTF_8).length <= LONGEST_BYTES;
    }

    private <T> T compute(Callable<T> work) {
        Future<T> result;
        try {
            result = threads.submit(work);
        } catch (RejectedExecutionException e) {
            throw new Busy(e);
        }
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Busy(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot hash a password", e.getCause());
        }
    }

    /** Too many passwords are being checked; ask again in a moment. */
    static final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1;

        Busy(Exception cause) {
            super(cause);
        }
    }
}
