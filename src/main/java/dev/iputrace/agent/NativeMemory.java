package dev.iputrace.agent;

import com.sun.jna.LastErrorException;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A range of memory from mmap(2), seen as a little-endian buffer. After {@link #close} a touch of the buffer, or of a
 * slice of it, ends the process: whoever closes must know that no other thread reads.
 */
public final class NativeMemory implements AutoCloseable {
    private final long address;
    private final long length;
    private final boolean writable;
    private boolean closed;

    private NativeMemory(long address, long length, boolean writable) {
        this.address = address;
        this.length = length;
        this.writable = writable;
    }

    public static int pageSize() {
        return LibC.getpagesize();
    }

    /**
     * Maps part of a file shared.
     *
     * @param offset a multiple of the page size
     * @throws AgentException naming the file descriptor and errno when the kernel refuses
     */
    public static NativeMemory map(int fd, long offset, long length, boolean writable) {
        int protection = LibC.PROT_READ | (writable ? LibC.PROT_WRITE : 0);
        return new NativeMemory(mmap(0, length, protection, LibC.MAP_SHARED, fd, offset), length, writable);
    }

    /**
     * Maps {@code head} bytes of a file from {@code offset} and, behind them, the next {@code length} bytes twice in a
     * row: what the kernel does by itself for a BPF ring. Read only.
     */
    static NativeMemory mapMirrored(int fd, long offset, long head, long length) {
        long total = head + 2 * length;
        long start = mmap(0, total, LibC.PROT_NONE, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1, 0);
        NativeMemory memory = new NativeMemory(start, total, false);
        try {
            int flags = LibC.MAP_SHARED | LibC.MAP_FIXED;
            mmap(start, head + length, LibC.PROT_READ, flags, fd, offset);
            mmap(start + head + length, length, LibC.PROT_READ, flags, fd, offset + head);
        } catch (AgentException e) {
            memory.close();
            throw e;
        }
        return memory;
    }

    private static long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        try {
            return LibC.mmap(address, length, protection, flags, fd, offset);
        } catch (LastErrorException e) {
            throw new AgentException(
                    "mmap: fd=%d, offset=%d, bytes=%d: %s".formatted(fd, offset, length, e.getMessage()), e);
        }
    }

    /** The whole range, or less; at most 2 GiB. Read only unless mapped writable. */
    public ByteBuffer buffer(long offset, long bytes) {
        if (offset < 0 || bytes < 0 || offset + bytes > length || closed) {
            throw new IllegalArgumentException("mapped memory: offset=%d, bytes=%d, mapped=%d, closed=%b"
                    .formatted(offset, bytes, length, closed));
        }
        ByteBuffer buffer = new Pointer(address).getByteBuffer(offset, bytes);
        return (writable ? buffer : buffer.asReadOnlyBuffer()).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            LibC.munmap(address, length);
        }
    }
}
