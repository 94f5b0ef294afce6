package dev.iputrace.agent;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The only consumer of one BPF ring buffer; reads its records in place. One thread.
 *
 * <p>Hot path: one call per kernel event; allocates nothing. A record holds one cell or, on the rare ring, several. The
 * position is given back once per batch, because a consumer that touches the shared line for each record slows the
 * producer too.
 */
public final class RingReader {
    /** Bytes read between two stores of consumer_pos. */
    static final int BATCH_BYTES = 64 << 10;

    private final RingMemory memory;
    private final ByteBuffer data;
    private final int mask;
    private final EventCell cell;
    private final boolean fence;
    private long position;
    private long malformed;
    private long discarded;

    public RingReader(RingMemory memory) {
        this(memory, true);
    }

    /** Loses wake-ups: shows what the fence is for. */
    public static RingReader withoutFence(RingMemory memory) {
        return new RingReader(memory, false);
    }

    private RingReader(RingMemory memory, boolean fence) {
        this.memory = memory;
        this.data = memory.data();
        this.mask = memory.size() - 1;
        this.cell = new EventCell(data);
        this.fence = fence;
        this.position = (long) RingMemory.LONG.getAcquire(memory.consumer(), 0);
    }

    /**
     * Hands over the cells of the records that are committed now, up to the first that is still being written.
     *
     * @param cellsMax stop behind the record that reaches this number
     * @return cells delivered; unused cells (op 0) are not
     */
    public int drain(EventSink sink, int cellsMax) {
        return drainTo(producerPosition(), sink, cellsMax);
    }

    /** The same, not beyond {@code limit}: an earlier {@link #producerPosition}. */
    int drainTo(long limit, EventSink sink, int cellsMax) {
        int cells = 0;
        long at = position;
        long published = at;
        try {
            while (at < limit && cells < cellsMax) {
                int offset = (int) at & mask;
                int header = data.getInt(offset);
                VarHandle.acquireFence();
                if ((header & RingMemory.BUSY) != 0) {
                    break;
                }
                int room = (int) (limit - at);
                int size = recordSize(header);
                at += Math.min(size, room);
                if ((header & RingMemory.DISCARD) != 0) {
                    discarded++;
                } else {
                    cells += deliver(sink, offset + RingMemory.HEADER_SIZE, size <= room ? header : 0);
                }
                if (at - published >= BATCH_BYTES) {
                    RingMemory.LONG.setRelease(memory.consumer(), 0, at);
                    published = at;
                }
            }
        } finally {
            position = at;
            if (at != published) {
                RingMemory.LONG.setRelease(memory.consumer(), 0, at);
            }
        }
        return cells;
    }

    private static int recordSize(int header) {
        return ((header & RingMemory.LENGTH_MASK) + RingMemory.HEADER_SIZE + 7) & ~7;
    }

    private int deliver(EventSink sink, int start, int length) {
        int end = start + length;
        int cells = 0;
        if (length % CellLayout.CELL_SIZE == 0) {
            for (int offset = start; offset < end; offset += CellLayout.CELL_SIZE) {
                if (data.get(offset + CellLayout.OP) != 0) {
                    sink.cell(cell.at(offset));
                    cells++;
                }
            }
        }
        if (cells == 0) {
            malformed++;
        }
        return cells;
    }

    /**
     * Call before sleeping until the kernel wakes us. The kernel wakes only a consumer that it sees waiting at the very
     * record it commits, so it must see our last consumer_pos, and we what it wrote before it did: without the full
     * fence both can miss each other's store, and the wake-up is lost.
     *
     * @return whether it is safe to sleep: nothing is there, or only a record whose commit will find us waiting
     */
    public boolean prepareSleep() {
        if (!fence) {
            return true;
        }
        VarHandle.fullFence();
        return producerPosition() == position || headBusy();
    }

    /** Whether a record is there, and its writer not done. */
    boolean headBusy() {
        return producerPosition() != position && (int) RingMemory.INT.getAcquire(data, (int) position & mask) < 0;
    }

    /** Behind the last record reserved so far. */
    long producerPosition() {
        return (long) RingMemory.LONG.getAcquire(memory.producer(), 0);
    }

    /** Behind the last record read. */
    long position() {
        return position;
    }

    public RingMemory memory() {
        return memory;
    }

    /** Records skipped because their length is no whole number of cells, or all their cells are unused. */
    public long malformed() {
        return malformed;
    }

    /** Records that their writer discarded. */
    public long discarded() {
        return discarded;
    }
}
