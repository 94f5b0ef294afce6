package dev.iputrace.agent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The three parts of a mapped BPF ring buffer (kernel/bpf/ringbuf.c), little endian:
 *
 * <pre>
 * consumer  u64 consumer_pos, ours to write
 * producer  u64 producer_pos, the kernel's
 * data      the ring twice in a row, so that no record wraps; each is a header and a payload, rounded up to 8 bytes:
 *           u32 length | BUSY | DISCARD, u32 page offset (the kernel's own), payload
 * </pre>
 *
 * Both positions only grow; modulo the ring's size they are offsets into data.
 */
public record RingMemory(ByteBuffer consumer, ByteBuffer producer, ByteBuffer data) {
    static final int HEADER_SIZE = 8;
    /** Reserved, and not yet committed. */
    static final int BUSY = 0x80000000;
    /** Committed, and to be skipped. */
    static final int DISCARD = 0x40000000;

    static final int LENGTH_MASK = 0x3fffffff;

    /** Data mapped twice must fit one buffer of less than 2 GiB. */
    public static final int SIZE_MAX = 512 << 20;

    static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    public RingMemory {
        requireSize(data.capacity() / 2);
        consumer.order(ByteOrder.LITTLE_ENDIAN);
        producer.order(ByteOrder.LITTLE_ENDIAN);
        data.order(ByteOrder.LITTLE_ENDIAN);
    }

    static void requireSize(int size) {
        if (Integer.bitCount(size) != 1 || size > SIZE_MAX || size < 0) {
            throw new IllegalArgumentException("ring: bytes=" + size + ", want a power of two of at most " + SIZE_MAX);
        }
    }

    /** Bytes of the ring, headers included. */
    public int size() {
        return data.capacity() / 2;
    }

    /** What is written by the kernel and not yet given back, in bytes. Any thread, while the memory is mapped. */
    public long backlogBytes() {
        long consumed = (long) LONG.getAcquire(consumer, 0);
        return (long) LONG.getAcquire(producer, 0) - consumed;
    }

    /** {@link #backlogBytes} as a share of the ring, 0..1. */
    public double fillRatio() {
        return (double) backlogBytes() / size();
    }
}
