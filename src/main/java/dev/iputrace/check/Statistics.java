package dev.iputrace.check;

import dev.iputrace.event.EventView;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Stat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the source counts itself: the latest value of each {@link Stat} on each CPU. */
final class Statistics {
    private static final long UNTOLD = -1;

    private long[] @Nullable [] ofCpu = new long[8] @Nullable [];

    /** Takes a STAT cell of a CPU below {@link Accounting#CPUS_MAX}. */
    void take(EventView cell) {
        int stat = cell.seq();
        int cpu = cell.cpu();
        if (stat < 0 || stat >= Stat.NR) {
            return;
        }
        if (cpu >= ofCpu.length) {
            ofCpu = Arrays.copyOf(ofCpu, Integer.highestOneBit(cpu) * 2);
        }
        long[] values = ofCpu[cpu];
        if (values == null) {
            values = new long[Stat.NR];
            Arrays.fill(values, UNTOLD);
            ofCpu[cpu] = values;
        }
        values[stat] = cell.word(0);
    }

    /** Negative when the source has not told. */
    long of(int cpu, int stat) {
        long[] values = cpu < ofCpu.length ? ofCpu[cpu] : null;
        return values == null ? UNTOLD : values[stat];
    }

    /** Over all CPUs; negative when none was told. */
    long sum(int stat) {
        long sum = UNTOLD;
        for (int cpu = 0; cpu < ofCpu.length; cpu++) {
            long value = of(cpu, stat);
            if (value >= 0) {
                sum = Math.max(sum, 0) + value;
            }
        }
        return sum;
    }

    /** Calls of this probe that were not seen, as far as the kernel tells: skipped and counted, or skipped silently. */
    long missed(Op op) {
        long missed = 0;
        for (int id = op.code(); id <= op.code() + Stat.RETURN; id += Stat.RETURN) {
            missed += Math.max(0, sum(Stat.MISSES + id)) + Math.max(0, silent(id));
        }
        return missed;
    }

    /** As {@link #missed(Op)}, of all probes, with the calls whose entry and return did not come together. */
    long missed() {
        long missed = Math.max(0, sum(Stat.NO_ENTRY)) + Math.max(0, sum(Stat.MAP_FULL));
        for (Op op : Op.values()) {
            missed += op.code() < OpCode.FIRST_COMPANION ? missed(op) : 0;
        }
        return missed;
    }

    /** True when the kernel tells how often it reached this probe, so that nothing is missed without a trace. */
    boolean hitsKnown(Op op) {
        int returned = Stat.RETURN + op.code();
        return silent(op.code()) >= 0 && (sum(Stat.RUNS + returned) < 0 || silent(returned) >= 0);
    }

    /** Hits minus runs: calls skipped without a word. Negative when hits are not told: no probe runs without one. */
    private long silent(int id) {
        long hits = sum(Stat.HITS + id);
        return hits < 0 ? UNTOLD : hits - Math.max(0, sum(Stat.RUNS + id));
    }
}
