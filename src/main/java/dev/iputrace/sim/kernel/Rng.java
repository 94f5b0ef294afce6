package dev.iputrace.sim.kernel;

/** xorshift64*: the same numbers from the same seed on every JDK. */
public final class Rng {
    private long state;

    public Rng(long seed) {
        // splitmix64 finaliser: neighbouring seeds must not give neighbouring runs.
        long mixed = seed + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        state = mixed ^ (mixed >>> 31);
        if (state == 0) {
            state = 1;
        }
    }

    /** 32 random bits. */
    public int next() {
        long x = state;
        x ^= x >>> 12;
        x ^= x << 25;
        x ^= x >>> 27;
        state = x;
        return (int) ((x * 0x2545f4914f6cdd1dL) >>> 32);
    }

    /** 0 to {@code bound} - 1. */
    public int below(int bound) {
        return (int) (((next() & 0xffffffffL) * bound) >>> 32);
    }
}
