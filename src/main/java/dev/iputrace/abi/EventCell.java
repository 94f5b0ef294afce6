package dev.iputrace.abi;

import dev.iputrace.event.EventView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Flyweight over one cell in a buffer, which must be little endian. Hot path: {@link #wrap} once per buffer,
 * {@link #at} per event; allocates nothing. The only EventView on hot paths, so that calls stay monomorphic.
 */
public final class EventCell implements EventView {
    private ByteBuffer buffer;
    private int base;

    public EventCell() {
        this(ByteBuffer.allocate(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN));
    }

    public EventCell(ByteBuffer buffer) {
        this.buffer = checked(buffer);
    }

    public EventCell wrap(ByteBuffer newBuffer, int offset) {
        this.buffer = checked(newBuffer);
        this.base = offset;
        return this;
    }

    /** Moves to the cell at this byte offset of the same buffer. */
    public EventCell at(int offset) {
        this.base = offset;
        return this;
    }

    private static ByteBuffer checked(ByteBuffer buffer) {
        if (buffer.order() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalArgumentException("cell buffer: order=" + buffer.order() + ", want=LITTLE_ENDIAN");
        }
        return buffer;
    }

    public ByteBuffer buffer() {
        return buffer;
    }

    public int offset() {
        return base;
    }

    @Override
    public long tsNs() {
        return buffer.getLong(base + CellLayout.TS_NS);
    }

    @Override
    public int op() {
        return buffer.get(base + CellLayout.OP) & 0xff;
    }

    @Override
    public int flags() {
        return buffer.get(base + CellLayout.FLAGS) & 0xff;
    }

    @Override
    public int cpu() {
        return buffer.getShort(base + CellLayout.CPU) & 0xffff;
    }

    @Override
    public int seq() {
        return buffer.getInt(base + CellLayout.SEQ);
    }

    @Override
    public long inode() {
        return buffer.getLong(base + CellLayout.INODE);
    }

    @Override
    public long ioEnd() {
        return buffer.getLong(base + CellLayout.IO_END);
    }

    @Override
    public long iIno() {
        return buffer.getLong(base + CellLayout.I_INO);
    }

    @Override
    public long caller() {
        return buffer.getLong(base + CellLayout.CALLER);
    }

    @Override
    public int sDev() {
        return buffer.getInt(base + CellLayout.S_DEV);
    }

    @Override
    public int iCount() {
        return buffer.getInt(base + CellLayout.I_COUNT);
    }

    @Override
    public int iState() {
        return buffer.getInt(base + CellLayout.I_STATE);
    }

    @Override
    public int tid() {
        return buffer.getInt(base + CellLayout.TID);
    }

    @Override
    public long head() {
        return buffer.getLong(base + CellLayout.OP);
    }

    @Override
    public long word(int index) {
        return buffer.getLong(base + CellLayout.WORDS + 8 * index);
    }
}
