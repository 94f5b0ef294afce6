package dev.iputrace.sim.kernel;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The ring: cells in the order of their numbers, from where the reader takes them. Loses what it is told to lose.
 * Hot path: one call per event; allocates nothing.
 */
public final class EventLog {
    /** What one event can take at most, with task and stack. */
    public static final int RECORD_MAX = CellLayout.RARE_SIZE;

    private static final int STACK_MAX = CellLayout.RARE_STACK_CELLS * CellLayout.WORDS_PER_CELL;

    private final ByteBuffer buffer;
    private final CellWriter writer;
    private final int[] seq;
    private final long[] lost;
    private final long[] stack = new long[STACK_MAX];
    private final Rng rng;
    private final int lossPerMillion;
    private int end;
    private long events;

    public EventLog(ByteBuffer buffer, int cpus, long seed, int lossPerMillion) {
        this.buffer = buffer;
        writer = new CellWriter(buffer);
        seq = new int[cpus];
        lost = new long[cpus];
        rng = new Rng(seed ^ 0x6c6f7373L);
        this.lossPerMillion = lossPerMillion;
    }

    /** Writes an event, or loses it; returns the number it had on its CPU. */
    int event(Event e) {
        int number = seq[e.cpu]++;
        events++;
        if (lossPerMillion > 0 && rng.below(1_000_000) < lossPerMillion) {
            lost[e.cpu]++;
            e.sent = false;
            return number;
        }
        e.sent = true;
        writer.event(
                end,
                e.tsNs,
                e.op | (e.flags << 8) | ((long) e.cpu << 16) | ((long) number << 32),
                e.inode,
                e.ioEnd,
                e.iIno,
                e.caller,
                pair(e.sDev, e.iCount),
                pair(e.iState, e.tid));
        end += CellLayout.CELL_SIZE;
        if ((e.flags & (Flag.REFUSED | Flag.BROKEN_RULE)) != 0) {
            companions(e, number);
        }
        return number;
    }

    private static long pair(int low, int high) {
        return (low & 0xffffffffL) | ((long) high << 32);
    }

    private void companions(Event e, int number) {
        writer.begin(end, e.tsNs, OpCode.COMM, 0, e.cpu, number).comm(e.comm, e.tid, e.tid);
        end += CellLayout.CELL_SIZE;
        int depth = e.sites.stack(e, stack);
        for (int cell = 0; cell * CellLayout.WORDS_PER_CELL < depth; cell++) {
            writer.begin(end, e.tsNs, OpCode.STACK, cell, e.cpu, number);
            for (int word = 0; word < CellLayout.WORDS_PER_CELL; word++) {
                int at = cell * CellLayout.WORDS_PER_CELL + word;
                writer.word(word, at < depth ? stack[at] : 0);
            }
            end += CellLayout.CELL_SIZE;
        }
    }

    public ByteBuffer buffer() {
        return buffer;
    }

    /** Bytes written since {@link #clear}. */
    public int end() {
        return end;
    }

    /** False when so many more events may not fit. */
    public boolean hasRoom(int more) {
        return end + more * RECORD_MAX <= buffer.capacity();
    }

    public void clear() {
        end = 0;
    }

    /** As new: numbers begin at 0 again. */
    public void restart() {
        end = 0;
        events = 0;
        Arrays.fill(seq, 0);
        Arrays.fill(lost, 0);
    }

    /** Events tried, lost ones included. */
    public long events() {
        return events;
    }

    /** Events tried on this CPU. */
    public int seq(int cpu) {
        return seq[cpu];
    }

    public long lost(int cpu) {
        return lost[cpu];
    }
}
