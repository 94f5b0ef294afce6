package dev.iputrace.metrics;

/**
 * A histogram of delays as it stood at one moment: events by power of two of their delay. The first bucket holds all up
 * to {@link #FIRST_NS}, each further one up to twice the bound of the one before, the last all the rest.
 */
final class Delays {
    /** 16 us, below which no reader comes that is not spinning. */
    static final long FIRST_NS = 1 << 14;

    /** Up to 8.6 s, and one more bucket beyond. */
    static final int BUCKETS = 21;

    static final Delays NONE = new Delays(new long[BUCKETS], 0);

    private final long[] counts;
    private final long sumNs;

    Delays(long[] counts, long sumNs) {
        this.counts = counts.clone();
        this.sumNs = sumNs;
    }

    /** Events in this bucket alone. */
    long count(int bucket) {
        return counts[bucket];
    }

    long sumNs() {
        return sumNs;
    }

    static int bucket(long delayNs) {
        if (delayNs <= FIRST_NS) {
            return 0;
        }
        int power = Long.SIZE - Long.numberOfLeadingZeros((delayNs - 1) / FIRST_NS);
        return Math.min(power, BUCKETS - 1);
    }

    /** Upper bound of a bucket in seconds, inclusive. */
    static double boundSeconds(int bucket) {
        return bucket == BUCKETS - 1 ? Double.POSITIVE_INFINITY : (FIRST_NS << bucket) / 1e9;
    }
}
