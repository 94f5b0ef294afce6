package dev.iputrace.sim.kernel;

import dev.iputrace.event.OpCode;

/** Return probes that do not fire; only this counter tells. Hot path: one call per return; allocates nothing. */
final class SilentReturns {
    private static final int MILLION = 1_000_000;

    private final int perMillion;
    private final Rng rng;
    private final long[] counts = new long[OpCode.FIRST_COMPANION];

    SilentReturns(int perMillion, long seed) {
        this.perMillion = perMillion;
        rng = new Rng(seed ^ 0x6d697373L);
    }

    /** Whether this return of this op goes unseen. */
    boolean strikes(int op) {
        if (perMillion == 0 || rng.below(MILLION) >= perMillion) {
            return false;
        }
        counts[op]++;
        return true;
    }

    long count(int op) {
        return counts[op];
    }
}
