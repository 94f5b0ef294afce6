package dev.iputrace.agent;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.function.BooleanSupplier;

/**
 * Sleeps in epoll_wait(2) after an empty drain, until a ring's producer wakes us. For low rates: each wake-up is paid
 * by the traced kernel path.
 */
public final class EpollWaiter implements RingWaiter {
    private static final int NO_PIPE = -1;
    /** struct epoll_event: u32 events at 0 everywhere, data behind it at 4 or 8, which we do not use. */
    private static final int EVENT_SIZE = 16;

    private static final int PIPE_BYTES = 4096;

    private final BooleanSupplier maySleep;
    private final int timeoutMs;
    private final int pipeFd;
    private final int epollFd;
    private final Memory memory = new Memory(PIPE_BYTES);
    private long timeouts;
    private boolean closed;

    /**
     * Waits for BPF rings.
     *
     * @param maySleep asked right before: {@link RingReader#prepareSleep} or {@link MergedRings#prepareSleep}
     * @param timeoutMs after which {@link #sleep} returns all the same, so that a caller can stop
     * @param fds of BPF rings: readable while they hold something
     * @throws AgentException naming the descriptor that cannot be waited for
     */
    public static EpollWaiter ofRings(BooleanSupplier maySleep, int timeoutMs, int... fds) {
        return new EpollWaiter(maySleep, timeoutMs, NO_PIPE, fds);
    }

    private EpollWaiter(BooleanSupplier maySleep, int timeoutMs, int pipeFd, int[] fds) {
        this.maySleep = maySleep;
        this.timeoutMs = timeoutMs;
        this.pipeFd = pipeFd;
        epollFd = LibC.epoll_create1(LibC.EPOLL_CLOEXEC);
        for (int fd : fds) {
            add(fd);
        }
    }

    /** Waits for a byte in a pipe, which stands for a wake-up of the kernel; reads it away. */
    public static EpollWaiter ofPipe(BooleanSupplier maySleep, int timeoutMs, String path) {
        int fd;
        try {
            fd = LibC.open(path, LibC.O_RDONLY | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        } catch (LastErrorException e) {
            throw new AgentException("open: path=%s: %s".formatted(path, e.getMessage()), e);
        }
        return new EpollWaiter(maySleep, timeoutMs, fd, new int[] {fd});
    }

    private void add(int fd) {
        memory.clear(EVENT_SIZE);
        memory.setInt(0, LibC.EPOLLIN);
        try {
            LibC.epoll_ctl(epollFd, LibC.EPOLL_CTL_ADD, fd, address());
        } catch (LastErrorException e) {
            close();
            throw new AgentException("epoll_ctl: fd=%d: %s".formatted(fd, e.getMessage()), e);
        }
    }

    @Override
    public void afterDrain(int cells) {
        if (cells == 0) {
            sleep();
        }
    }

    /** Returns whether we were woken; false on time-out, and when there was no need to sleep. */
    public boolean sleep() {
        if (!maySleep.getAsBoolean()) {
            return false;
        }
        boolean woken = poll(timeoutMs);
        if (!woken) {
            timeouts++;
        }
        return woken;
    }

    /** Whether a wake-up has come since the last {@link #sleep}; takes it away. */
    public boolean wokenSince() {
        return poll(0);
    }

    private boolean poll(int forMs) {
        try {
            boolean woken = LibC.epoll_wait(epollFd, address(), 1, forMs) > 0;
            if (woken && pipeFd != NO_PIPE) {
                LibC.read(pipeFd, address(), PIPE_BYTES);
            }
            return woken;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == LibC.EINTR || e.getErrorCode() == LibC.EAGAIN) {
                return true;
            }
            throw new AgentException("epoll_wait: fd=%d: %s".formatted(epollFd, e.getMessage()), e);
        }
    }

    /** Times nobody woke us. */
    public long timeouts() {
        return timeouts;
    }

    private long address() {
        return Pointer.nativeValue(memory);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            LibC.close(epollFd);
            if (pipeFd != NO_PIPE) {
                LibC.close(pipeFd);
            }
            memory.close();
        }
    }
}
