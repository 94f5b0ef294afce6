package dev.iputrace.abi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes cells into a little-endian buffer, for sources that make them in user space. Allocates nothing per event. */
public final class CellWriter {
    private final ByteBuffer buffer;
    private int base;

    public CellWriter(ByteBuffer buffer) {
        if (buffer.order() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalArgumentException("cell buffer: order=" + buffer.order() + ", want=LITTLE_ENDIAN");
        }
        this.buffer = buffer;
    }

    /** Starts the cell at this byte offset; every byte of it is zero until set. */
    public CellWriter begin(int offset, long tsNs, int op, int flags, int cpu, int seq) {
        base = offset;
        buffer.putLong(base + CellLayout.TS_NS, tsNs);
        buffer.put(base + CellLayout.OP, (byte) op);
        buffer.put(base + CellLayout.FLAGS, (byte) flags);
        buffer.putShort(base + CellLayout.CPU, (short) cpu);
        buffer.putInt(base + CellLayout.SEQ, seq);
        for (int word = 0; word < CellLayout.WORDS_PER_CELL; word++) {
            word(word, 0);
        }
        return this;
    }

    /** A whole event at this byte offset, as the eight longs that it is: what many fields cost, one after the other. */
    public void event(
            int offset,
            long tsNs,
            long head,
            long inode,
            long ioEnd,
            long iIno,
            long caller,
            long devAndCount,
            long stateAndTid) {
        buffer.putLong(offset + CellLayout.TS_NS, tsNs);
        buffer.putLong(offset + CellLayout.OP, head);
        buffer.putLong(offset + CellLayout.INODE, inode);
        buffer.putLong(offset + CellLayout.IO_END, ioEnd);
        buffer.putLong(offset + CellLayout.I_INO, iIno);
        buffer.putLong(offset + CellLayout.CALLER, caller);
        buffer.putLong(offset + CellLayout.S_DEV, devAndCount);
        buffer.putLong(offset + CellLayout.I_STATE, stateAndTid);
    }

    public CellWriter inode(long inode, long iIno, int sDev) {
        buffer.putLong(base + CellLayout.INODE, inode);
        buffer.putLong(base + CellLayout.I_INO, iIno);
        buffer.putInt(base + CellLayout.S_DEV, sDev);
        return this;
    }

    public CellWriter ioEnd(long ioEnd) {
        buffer.putLong(base + CellLayout.IO_END, ioEnd);
        return this;
    }

    public CellWriter state(int iCount, int iState) {
        buffer.putInt(base + CellLayout.I_COUNT, iCount);
        buffer.putInt(base + CellLayout.I_STATE, iState);
        return this;
    }

    public CellWriter task(int tid, long caller) {
        buffer.putInt(base + CellLayout.TID, tid);
        buffer.putLong(base + CellLayout.CALLER, caller);
        return this;
    }

    public CellWriter word(int index, long value) {
        buffer.putLong(base + CellLayout.WORDS + 8 * index, value);
        return this;
    }

    /** At most 15 bytes of the name are kept, as in the kernel. */
    public CellWriter comm(String comm, int tgid, int tid) {
        byte[] bytes = comm.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < CellLayout.COMM_LENGTH; i++) {
            buffer.put(base + CellLayout.COMM + i, i < bytes.length && i < CellLayout.COMM_LENGTH - 1 ? bytes[i] : 0);
        }
        buffer.putInt(base + CellLayout.COMM_TGID, tgid);
        buffer.putInt(base + CellLayout.COMM_TID, tid);
        return this;
    }
}
