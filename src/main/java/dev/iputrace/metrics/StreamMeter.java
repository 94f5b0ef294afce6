package dev.iputrace.metrics;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Stat;
import java.util.EnumMap;
import java.util.Map;

/**
 * Measures a stream right before the checker: the delay of each event, and the source's own statistics. Used by the
 * checker's thread alone. Hot path: one call per kernel event; allocates nothing.
 */
final class StreamMeter implements EventSink {
    /** The clock is read once for so many events, and for each that is younger than the last reading. */
    private static final int CLOCK_MASK = 7;

    private static final int CPUS_MAX = 8192;

    private final long[] counts = new long[Delays.BUCKETS];
    private final boolean ownClock;
    private long sumNs;
    private long events;
    private long nowNs = Long.MIN_VALUE;

    /** Latest value of each statistic by CPU, and their sum over CPUs. */
    private final long[][] statsOfCpu = new long[CPUS_MAX][];

    private final long[] stats = new long[Stat.NR];

    /** Without {@code ownClock} the events carry the time of another host, and have no delay that could be measured. */
    StreamMeter(boolean ownClock) {
        this.ownClock = ownClock;
    }

    @Override
    public void cell(EventView cell) {
        int op = cell.op();
        if (op < OpCode.FIRST_COMPANION) {
            if (ownClock) {
                delay(cell.tsNs());
            }
        } else if (op == OpCode.STAT) {
            stat(cell.cpu(), cell.seq(), cell.word(0));
        }
    }

    private void delay(long tsNs) {
        if ((++events & CLOCK_MASK) == 0 || tsNs > nowNs) {
            nowNs = System.nanoTime();
        }
        long delayNs = Math.max(0, nowNs - tsNs);
        counts[Delays.bucket(delayNs)]++;
        sumNs += delayNs;
    }

    private void stat(int cpu, int stat, long value) {
        if (stat < 0 || stat >= Stat.NR || cpu >= CPUS_MAX) {
            return;
        }
        long[] known = statsOfCpu[cpu];
        if (known == null) {
            known = new long[Stat.NR];
            statsOfCpu[cpu] = known;
        }
        stats[stat] += value - known[stat];
        known[stat] = value;
    }

    Delays delays() {
        return new Delays(counts, sumNs);
    }

    /** Times the kernel reached each probe, where it tells; else times the program ran. */
    Map<Op, Long> probeHits() {
        Map<Op, Long> hits = new EnumMap<>(Op.class);
        for (Op op : Op.values()) {
            if (op.code() < OpCode.FIRST_COMPANION) {
                hits.put(op, Math.max(stats[Stat.HITS + op.code()], stats[Stat.RUNS + op.code()]));
            }
        }
        return hits;
    }
}
