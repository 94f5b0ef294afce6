package dev.iputrace.sim;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.OpCode;
import dev.iputrace.sim.kernel.EventLog;
import dev.iputrace.sim.kernel.Rng;
import java.nio.ByteBuffer;

/**
 * Delivers cells as per-CPU buffers do: in order on each CPU, companions behind their event, but one CPU may be ahead
 * of another by up to {@value #JITTER_NS} ns.
 */
final class Reorder {
    static final long JITTER_NS = 20_000;

    private static final int NONE = -1;

    private final int cpus;
    private final Rng rng;
    private final int[] next;

    Reorder(int cpus, long seed) {
        this.cpus = cpus;
        rng = new Rng(seed ^ 0x6f72646572L);
        next = new int[cpus];
    }

    void deliver(EventLog log, EventSink sink) {
        EventCell cell = new EventCell(log.buffer());
        for (int cpu = 0; cpu < cpus; cpu++) {
            next[cpu] = find(log, 0, cpu);
        }
        while (true) {
            long oldestNs = oldest(log.buffer());
            if (oldestNs == Long.MAX_VALUE) {
                return;
            }
            int cpu = rng.below(cpus);
            int offset = next[cpu];
            if (offset == NONE || time(log.buffer(), offset) > oldestNs + JITTER_NS) {
                continue;
            }
            do {
                sink.cell(cell.at(offset));
                offset += CellLayout.CELL_SIZE;
            } while (offset < log.end() && isCompanion(log.buffer(), offset));
            next[cpu] = find(log, offset, cpu);
        }
    }

    private long oldest(ByteBuffer cells) {
        long oldest = Long.MAX_VALUE;
        for (int offset : next) {
            oldest = offset == NONE ? oldest : Math.min(oldest, time(cells, offset));
        }
        return oldest;
    }

    private static long time(ByteBuffer cells, int offset) {
        return cells.getLong(offset + CellLayout.TS_NS);
    }

    private static boolean isCompanion(ByteBuffer cells, int offset) {
        return (cells.get(offset + CellLayout.OP) & 0xff) >= OpCode.FIRST_COMPANION;
    }

    private static int find(EventLog log, int from, int cpu) {
        for (int offset = from; offset < log.end(); offset += CellLayout.CELL_SIZE) {
            if (log.buffer().getShort(offset + CellLayout.CPU) == cpu && !isCompanion(log.buffer(), offset)) {
                return offset;
            }
        }
        return NONE;
    }
}
