package dev.iputrace.bench;

/**
 * How long and how hard {@link RingBench} measures.
 *
 * @param seconds of the sustained run
 * @param rate of the sustained run, events a second
 * @param inodes in the producer's history
 * @param rounds of the saturated comparison
 * @param eventsPerRound of the saturated comparison
 * @param wakeupRuns of 600,000 events in epoll mode
 */
public record BenchOptions(int seconds, long rate, int inodes, int rounds, long eventsPerRound, int wakeupRuns) {
    static final int WAKEUP_EVENTS = 600_000;

    public BenchOptions {
        require("seconds", seconds, 1, 86_400);
        require("rate", rate, 1, 100_000_000);
        require("inodes", inodes, 1, 10_000_000);
        require("rounds", rounds, 1, 1000);
    }

    /** Of the given seconds, rate and inodes; the rest as the goals are stated. */
    public static BenchOptions of(int seconds, long rate, int inodes) {
        return new BenchOptions(seconds, rate, inodes, 5, 8_000_000, 10);
    }

    /** A look: shorter runs, of which fewer. */
    public BenchOptions quick() {
        return new BenchOptions(Math.min(seconds, 10), rate, inodes, 3, 4_000_000, 3);
    }

    private static void require(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("bench: %s=%d, want %d to %d".formatted(name, value, min, max));
        }
    }
}
