package dev.iputrace.agent;

import java.util.concurrent.locks.LockSupport;

/**
 * Sleeps a fixed time after an empty drain, and longer the longer nothing comes: no wake-up is charged to the traced
 * kernel path. {@code bench ring} measures what it costs and how long events wait.
 */
public final class TimedWaiter implements RingWaiter {
    private static final long BUSY_NS = 50_000;
    private static final long IDLE_NS = 10_000_000;
    /** Empty drains in a row after which it doubles: 10 ms, beyond the gaps of a busy stream. */
    private static final int BUSY_DRAINS = 200;

    private int emptyDrains;
    private long sleepNs = BUSY_NS;

    @Override
    public void afterDrain(int cells) {
        if (cells > 0) {
            emptyDrains = 0;
            sleepNs = BUSY_NS;
            return;
        }
        emptyDrains++;
        if (emptyDrains > BUSY_DRAINS) {
            sleepNs = Math.min(2 * sleepNs, IDLE_NS);
        }
        LockSupport.parkNanos(sleepNs);
    }

    /** How long the last empty drain, or the next one, sleeps. */
    long sleepNs() {
        return sleepNs;
    }
}
