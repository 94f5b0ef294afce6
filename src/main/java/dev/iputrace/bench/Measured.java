package dev.iputrace.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What one contestant did in one round.
 *
 * @param events seen
 * @param violations found, -1 when it looks for none
 * @param measuredEvents the part of them that the time is of
 * @param seconds of CPU, or of the clock where that is said
 */
record Measured(long events, long violations, long measuredEvents, double seconds) {
    static Measured all(long events, long violations, double seconds) {
        return new Measured(events, violations, events, seconds);
    }

    double millionsPerSecond() {
        return measuredEvents / seconds / 1e6;
    }

    /** Of this thread. */
    static double cpuSeconds() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadCpuTime() / 1e9;
    }
}
