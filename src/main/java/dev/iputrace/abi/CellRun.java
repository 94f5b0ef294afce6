package dev.iputrace.abi;

import dev.iputrace.event.EventRun;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * Flyweight over the cells of a little-endian buffer that lie one behind the other. Hot path: {@link #set} per run;
 * allocates nothing. Bytes are copied many at a time, at a tenth of what reading each word costs.
 */
public final class CellRun implements EventRun {
    private static final int LONGS = CellLayout.CELL_SIZE / Long.BYTES;

    private final LongBuffer longs;
    private final EventCell cell;
    private int offset;
    private int size;

    public CellRun(ByteBuffer buffer) {
        cell = new EventCell(buffer);
        longs = buffer.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }

    /** {@code size} cells from this byte offset on, which is a multiple of 8. */
    public CellRun set(int newOffset, int newSize) {
        offset = newOffset;
        size = newSize;
        return this;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public EventCell at(int index) {
        return cell.at(offset + index * CellLayout.CELL_SIZE);
    }

    @Override
    public void copy(int first, int count, long[] to, int toAt) {
        longs.get(offset / Long.BYTES + first * LONGS, to, toAt, count * LONGS);
    }

    @Override
    public void copy(int first, int count, ByteBuffer to, int toAt) {
        int from = offset + first * CellLayout.CELL_SIZE;
        to.put(toAt, cell.buffer(), from, count * CellLayout.CELL_SIZE);
    }
}
