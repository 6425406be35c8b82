package dev.tandem.server.platform;

import java.time.Duration;

/**
 * Work that happens again and again, also once soon after each start; declared as a bean.
 *
 * @param name stable for ever: {@code code.reconcile-pushes}
 * @param every pause between the end of one run and the start of the next
 */
public record RecurringTask(String name, Duration every, Runnable work) {}
