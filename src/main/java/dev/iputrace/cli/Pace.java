package dev.iputrace.cli;

/**
 * How fast a simulation runs.
 *
 * @param eventsPerSecond of the clock on the wall; 0 for as fast as the simulated clock, negative for flat out
 */
record Pace(double eventsPerSecond) {
    static final Pace FLAT_OUT = new Pace(-1);
    static final Pace REAL_TIME = new Pace(0);

    private static final int BATCHES_PER_SECOND = 50;
    private static final int BATCH_MAX = 2_000;

    /** So many events at once, that a slow pace does not come in bursts. */
    int batchEvents() {
        return eventsPerSecond <= 0
                ? BATCH_MAX
                : (int) Math.max(1, Math.min(BATCH_MAX, eventsPerSecond / BATCHES_PER_SECOND));
    }
}
