package dev.iputrace.check;

import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The last refusals, broken rules and window hits, each with the task and stack that came behind it: what explains a
 * finding. A ring; the oldest is forgotten. Hot path: takes cells in place; allocates until it has its full size
 * only.
 */
final class RareLog {
    static final int NONE = -1;

    private static final int SIZE = 1024;
    private static final int FIRST_SIZE = 32;
    private static final int STACK_MAX = 24;
    private static final int WORDS_PER_CELL = 6;

    private static final int GENERATION = CellRing.LONGS;
    private static final int COMM = GENERATION + 1;
    private static final int TGID = COMM + 2;
    private static final int DEPTH = TGID + 1;
    private static final int STACK = DEPTH + 1;
    private static final int LONGS = STACK + STACK_MAX;

    private long[] records = new long[FIRST_SIZE * LONGS];
    private long added;

    /** Opens a record; companions go to it until the next one. Returns its id, growing by 1. */
    long add(Event event, int generation) {
        int at = at(added);
        if (at == records.length) {
            records = Arrays.copyOf(records, 2 * at);
        }
        event.copy(records, at);
        records[at + GENERATION] = generation;
        records[at + COMM] = 0;
        records[at + COMM + 1] = 0;
        records[at + TGID] = 0;
        records[at + DEPTH] = 0;
        return added++;
    }

    /** Takes a STACK or COMM cell; false when it does not belong to the newest record. */
    boolean companion(EventView cell, int op) {
        if (added == 0) {
            return false;
        }
        int at = at(added - 1);
        long head = records[at + 1];
        if (CellRing.cpu(head) != cell.cpu() || CellRing.seq(head) != cell.seq()) {
            return false;
        }
        if (op == OpCode.COMM) {
            records[at + COMM] = cell.word(0);
            records[at + COMM + 1] = cell.word(1);
            records[at + TGID] = cell.word(2);
        } else {
            addFrames(cell, at);
        }
        return true;
    }

    private void addFrames(EventView cell, int at) {
        int depth = (int) records[at + DEPTH];
        for (int i = 0; i < WORDS_PER_CELL && depth < STACK_MAX; i++) {
            long address = cell.word(i);
            if (address == 0) {
                break;
            }
            records[at + STACK + depth++] = address;
        }
        records[at + DEPTH] = depth;
    }

    boolean has(long id) {
        return id >= 0 && id < added && id >= added - SIZE;
    }

    Evidence evidence(long id) {
        int at = at(id);
        long[] stack = new long[(int) records[at + DEPTH]];
        System.arraycopy(records, at + STACK, stack, 0, stack.length);
        String comm = comm(records[at + COMM], records[at + COMM + 1]);
        return new Evidence(
                CellRing.seen(records, at),
                comm.isEmpty() ? null : comm,
                (int) records[at + TGID],
                CallStack.of(stack));
    }

    /** Newest igrab refused in this life of the inode, older than record {@code before}; of {@code tid} if not 0. */
    long refusal(long inode, int generation, long before, int tid) {
        for (long id = before - 1; has(id); id--) {
            int at = at(id);
            long head = records[at + 1];
            boolean refused = CellRing.op(head) == OpCode.IGRAB && (CellRing.flags(head) & Flag.REFUSED) != 0;
            if (refused
                    && records[at + CellRing.INODE] == inode
                    && records[at + GENERATION] == generation
                    && (tid == 0 || (int) (records[at + 7] >>> 32) == tid)) {
                return id;
            }
        }
        return NONE;
    }

    /** Newest init of this io_end, older than record {@code before}. */
    long init(long ioEnd, long before) {
        for (long id = before - 1; has(id); id--) {
            int at = at(id);
            if (CellRing.op(records[at + 1]) == OpCode.IO_END_INIT && records[at + CellRing.IO_END] == ioEnd) {
                return id;
            }
        }
        return NONE;
    }

    long tsNs(long id) {
        return records[at(id)];
    }

    int tid(long id) {
        return (int) (records[at(id) + 7] >>> 32);
    }

    long end() {
        return added;
    }

    private static int at(long id) {
        return (int) (id & (SIZE - 1)) * LONGS;
    }

    private static String comm(long first, long second) {
        byte[] bytes = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(first)
                .putLong(second)
                .array();
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
