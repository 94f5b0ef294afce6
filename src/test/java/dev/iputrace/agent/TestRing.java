package dev.iputrace.agent;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The producer's side of a BPF ring buffer in plain memory; writes each byte to both halves, as the mapping would. */
final class TestRing {
    private final RingMemory memory;
    private final int size;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    final CellWriter writer = new CellWriter(scratch);

    TestRing(int size) {
        this.size = size;
        memory = new RingMemory(
                ByteBuffer.allocateDirect(8), ByteBuffer.allocateDirect(8), ByteBuffer.allocateDirect(2 * size));
    }

    RingMemory memory() {
        return memory;
    }

    /** Starts both positions at a multiple of 8, as if that many bytes had gone through. */
    TestRing startAt(long position) {
        RingMemory.LONG.setRelease(memory.producer(), 0, position);
        RingMemory.LONG.setRelease(memory.consumer(), 0, position);
        return this;
    }

    long producerPosition() {
        return (long) RingMemory.LONG.getAcquire(memory.producer(), 0);
    }

    long consumerPosition() {
        return (long) RingMemory.LONG.getAcquire(memory.consumer(), 0);
    }

    /** bpf_ringbuf_reserve: -1 when there is no room, else the position of the record, which is BUSY. */
    synchronized long reserve(int length) {
        long position = producerPosition();
        long next = position + ((length + RingMemory.HEADER_SIZE + 7) & ~7);
        if (next - consumerPosition() > size - 1) {
            return -1;
        }
        putHeader(position, length | RingMemory.BUSY);
        RingMemory.LONG.setRelease(memory.producer(), 0, next);
        return position;
    }

    /** Copies the payload of this record from the start of the buffer. */
    void fill(long position, ByteBuffer from, int length) {
        for (int i = 0; i < length; i += 8) {
            int offset = offset(position + RingMemory.HEADER_SIZE + i);
            memory.data().putLong(offset, from.getLong(i));
            memory.data().putLong(offset < size ? offset + size : offset - size, from.getLong(i));
        }
    }

    void fill(long position, int length) {
        fill(position, scratch, length);
    }

    void commit(long position, int length) {
        putHeader(position, length);
    }

    void discard(long position, int length) {
        putHeader(position, length | RingMemory.DISCARD);
    }

    /** The header alone, at the end of what was written: for lengths that no writer would leave. */
    void putHeader(long position, int header) {
        int offset = offset(position);
        RingMemory.INT.setRelease(memory.data(), offset + size, header);
        RingMemory.INT.setRelease(memory.data(), offset, header);
    }

    /** One committed cell; false when there is no room. */
    boolean event(long tsNs, int op, int cpu, int seq) {
        writer.begin(0, tsNs, op, 0, cpu, seq);
        return record(1);
    }

    boolean record(int cells) {
        return record(scratch, cells);
    }

    /** Commits a record of the first cells of the buffer; any thread with a buffer of its own. */
    boolean record(ByteBuffer from, int cells) {
        int length = cells * CellLayout.CELL_SIZE;
        long position = reserve(length);
        if (position < 0) {
            return false;
        }
        fill(position, from, length);
        commit(position, length);
        return true;
    }

    /** A refusal with the task that met it and one stack cell. */
    boolean rare(long tsNs, int cpu, int seq) {
        writer.begin(0, tsNs, OpCode.IGRAB, Flag.REFUSED, cpu, seq);
        writer.begin(64, tsNs, OpCode.COMM, 0, cpu, seq).comm("dd", 10, 11);
        writer.begin(128, tsNs, OpCode.STACK, 0, cpu, seq).word(0, 0xffffffff81000000L);
        return record(3);
    }

    private int offset(long position) {
        return (int) position & (size - 1);
    }
}
