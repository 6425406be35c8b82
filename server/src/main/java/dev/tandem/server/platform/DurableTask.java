package dev.tandem.server.platform;

import java.util.function.Consumer;

/**
 * Work that must happen even if the process dies first; declared as a bean, made due by {@link Tx#schedule}.
 * Executed at least once; throwing makes it due again with growing pauses (1 s, doubled up to 10 min), for ever.
 *
 * @param name stable for ever, since waiting tasks carry it: {@code deliver.advance-rollout}
 * @param type a record that Jackson can write and read
 * @param work runs on a platform thread of the task pool; may run again after a crash, so it must be safe to repeat
 */
public record DurableTask<T>(String name, Class<T> type, Consumer<T> work) {}
