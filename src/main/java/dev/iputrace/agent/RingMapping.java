package dev.iputrace.agent;

import com.sun.jna.LastErrorException;

/** A ring mapped into this process; after {@link #close} its {@link #memory} must not be touched. */
public final class RingMapping implements AutoCloseable {
    private final NativeMemory consumer;
    private final NativeMemory producerAndData;
    private final RingMemory memory;

    private RingMapping(NativeMemory consumer, NativeMemory producerAndData, int size) {
        this.consumer = consumer;
        this.producerAndData = producerAndData;
        int page = NativeMemory.pageSize();
        memory = new RingMemory(
                consumer.buffer(0, page), producerAndData.buffer(0, page), producerAndData.buffer(page, 2L * size));
    }

    /**
     * Maps a BPF map of type RINGBUF. The kernel lays out: consumer page, the only one we may write; producer page;
     * data twice.
     *
     * @param size max_entries of the map, in bytes
     * @throws AgentException when the kernel refuses
     */
    public static RingMapping ofBpfMap(int fd, int size) {
        RingMemory.requireSize(size);
        int page = NativeMemory.pageSize();
        NativeMemory consumer = NativeMemory.map(fd, 0, page, true);
        try {
            return new RingMapping(consumer, NativeMemory.map(fd, page, page + 2L * size, false), size);
        } catch (AgentException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * Maps a ring made in user space: a file that holds consumer page, producer page, and data once.
     *
     * @throws AgentException naming the path when it cannot be opened or mapped
     */
    public static RingMapping ofFile(String path, int size) {
        RingMemory.requireSize(size);
        int fd = open(path);
        int page = NativeMemory.pageSize();
        try {
            NativeMemory consumer = NativeMemory.map(fd, 0, page, true);
            try {
                return new RingMapping(consumer, NativeMemory.mapMirrored(fd, page, page, size), size);
            } catch (AgentException e) {
                consumer.close();
                throw e;
            }
        } finally {
            LibC.close(fd);
        }
    }

    private static int open(String path) {
        try {
            return LibC.open(path, LibC.O_RDWR | LibC.O_CLOEXEC);
        } catch (LastErrorException e) {
            throw new AgentException("open: path=%s: %s".formatted(path, e.getMessage()), e);
        }
    }

    public RingMemory memory() {
        return memory;
    }

    @Override
    public void close() {
        consumer.close();
        producerAndData.close();
    }
}
