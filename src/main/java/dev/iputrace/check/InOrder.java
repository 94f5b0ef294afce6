package dev.iputrace.check;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Puts the events of CPUs that overtook each other back in the order of time, for sources that say by how much they may
 * ({@code jitter_ns}); events of one CPU stay as they come. Holds them that long, so it is not for the fast sources,
 * which are in order. Allocates nothing once as many are held as ever will be.
 */
final class InOrder {
    private static final int HELD_MAX = 1 << 16;

    private final long jitterNs;
    private final EventSink next;
    private final LongCell cell = new LongCell();
    private final PriorityQueue<Held> held =
            new PriorityQueue<>(Comparator.comparingLong(Held::sentNs).thenComparingLong(Held::number));
    private long[] sentNsOfCpu = new long[8];
    /** The event that came last, while it is held: companions are its own. */
    private @Nullable Held last;
    /** Handed on, to be used again. */
    private @Nullable Held free;

    private long newestNs;
    private long number;

    /** An event with its companions; {@code sentNs} is no earlier than that of the event before it on its CPU. */
    private static final class Held {
        long sentNs;
        long number;
        long[] cells = new long[CellRing.LONGS];
        int used;

        @Nullable
        Held nextFree;

        void add(EventView cell) {
            if (used == cells.length) {
                cells = Arrays.copyOf(cells, 2 * used);
            }
            cells[used] = cell.tsNs();
            cells[used + CellRing.HEAD] = cell.head();
            for (int word = 0; word < CellRing.LONGS - CellRing.INODE; word++) {
                cells[used + CellRing.INODE + word] = cell.word(word);
            }
            used += CellRing.LONGS;
        }

        long sentNs() {
            return sentNs;
        }

        long number() {
            return number;
        }
    }

    /** {@code next} gets the cells in order. */
    InOrder(long jitterNs, EventSink next) {
        this.jitterNs = jitterNs;
        this.next = next;
    }

    void cell(EventView view) {
        if (view.op() >= OpCode.FIRST_COMPANION) {
            if (last != null && (view.op() == OpCode.STACK || view.op() == OpCode.COMM)) {
                last.add(view);
            } else {
                next.cell(view);
            }
            return;
        }
        int cpu = view.cpu();
        if (cpu >= sentNsOfCpu.length) {
            sentNsOfCpu = Arrays.copyOf(sentNsOfCpu, Integer.highestOneBit(cpu) * 2);
        }
        sentNsOfCpu[cpu] = Math.max(sentNsOfCpu[cpu], view.tsNs());
        last = hold(sentNsOfCpu[cpu], view);
        newestNs = Math.max(newestNs, last.sentNs);
        while (held.size() > HELD_MAX || newestNs - held.peek().sentNs > jitterNs) {
            release();
        }
    }

    private Held hold(long sentNs, EventView event) {
        Held taken = free;
        if (taken == null) {
            taken = new Held();
        } else {
            free = taken.nextFree;
        }
        taken.sentNs = sentNs;
        taken.number = number++;
        taken.used = 0;
        taken.add(event);
        held.add(taken);
        return taken;
    }

    /** Nothing older will come. */
    void drain() {
        while (!held.isEmpty()) {
            release();
        }
    }

    private void release() {
        Held oldest = held.remove();
        for (int at = 0; at < oldest.used; at += CellRing.LONGS) {
            next.cell(cell.at(oldest.cells, at));
        }
        oldest.nextFree = free;
        free = oldest;
        if (oldest == last) {
            last = null;
        }
    }

    /** A cell as eight longs. */
    private static final class LongCell implements EventView {
        private long[] longs = new long[CellRing.LONGS];
        private int base;

        LongCell at(long[] newLongs, int newBase) {
            longs = newLongs;
            base = newBase;
            return this;
        }

        @Override
        public long tsNs() {
            return longs[base];
        }

        @Override
        public long head() {
            return longs[base + CellRing.HEAD];
        }

        @Override
        public long word(int index) {
            return longs[base + CellRing.INODE + index];
        }

        @Override
        public int op() {
            return CellRing.op(head());
        }

        @Override
        public int flags() {
            return CellRing.flags(head());
        }

        @Override
        public int cpu() {
            return CellRing.cpu(head());
        }

        @Override
        public int seq() {
            return CellRing.seq(head());
        }

        @Override
        public long inode() {
            return longs[base + CellRing.INODE];
        }

        @Override
        public long ioEnd() {
            return longs[base + CellRing.IO_END];
        }

        @Override
        public long iIno() {
            return longs[base + CellRing.I_INO];
        }

        @Override
        public long caller() {
            return longs[base + CellRing.CALLER];
        }

        @Override
        public int sDev() {
            return CellRing.low(longs[base + CellRing.DEV_COUNT]);
        }

        @Override
        public int iCount() {
            return CellRing.high(longs[base + CellRing.DEV_COUNT]);
        }

        @Override
        public int iState() {
            return CellRing.low(longs[base + CellRing.STATE_TID]);
        }

        @Override
        public int tid() {
            return CellRing.high(longs[base + CellRing.STATE_TID]);
        }
    }
}
