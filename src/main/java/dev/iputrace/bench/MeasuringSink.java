package dev.iputrace.bench;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts, follows {@code seq}, samples the delay and hands on. The only sink of the rings in this package, so that its
 * calls stay monomorphic. Hot path: one call per event; allocates nothing.
 */
final class MeasuringSink implements EventSink {
    private static final int LATENCY_SAMPLE = 16;
    private static final int CPUS_MAX = 64;

    private final @Nullable EventSink next;
    private final int[] nextSeqOfCpu = new int[CPUS_MAX];
    private final Histogram latencyNs = new Histogram(60_000_000_000L, 3);
    private final boolean measures;
    private long events;
    private long lost;

    private MeasuringSink(@Nullable EventSink next, boolean measures) {
        this.next = next;
        this.measures = measures;
    }

    /** The transport alone. */
    static MeasuringSink alone() {
        return new MeasuringSink(null, true);
    }

    /** Everything is measured up to the return of {@code next}. */
    static MeasuringSink before(EventSink next) {
        return new MeasuringSink(next, true);
    }

    /** Only counts, so that it costs nothing. */
    static MeasuringSink counting(EventSink next) {
        return new MeasuringSink(next, false);
    }

    @Override
    public void cell(EventView cell) {
        if (!measures && next != null) {
            events++;
            next.cell(cell);
            return;
        }
        int cpu = cell.cpu() % CPUS_MAX;
        int seq = cell.seq();
        lost += Integer.toUnsignedLong(seq - nextSeqOfCpu[cpu]);
        nextSeqOfCpu[cpu] = seq + 1;
        long tsNs = cell.tsNs();
        if (next != null) {
            next.cell(cell);
        }
        if (++events % LATENCY_SAMPLE == 0) {
            latencyNs.recordValue(Math.max(0, System.nanoTime() - tsNs));
        }
    }

    long events() {
        return events;
    }

    /** Events missing before the last that came, by the holes in {@code seq}. */
    long lost() {
        return lost;
    }

    /** From the kernel side's time stamp until the checker is done with the event, of every 16th. */
    Histogram latencyNs() {
        return latencyNs;
    }
}
