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
    /** struct epoll_event: u32 events at 0 everywhere, data behind it at 4 or 8, which we do not use. */
    private static final int EVENT_SIZE = 16;

    private final int epollFd;
    private final Memory event = new Memory(EVENT_SIZE);
    private final BooleanSupplier maySleep;
    private final int timeoutMs;
    private boolean closed;

    /**
     * @param maySleep asked right before: {@link RingReader#prepareSleep} or {@link MergedRings#prepareSleep}
     * @param timeoutMs after which {@link #sleep} returns all the same, so that a caller can stop
     * @param fds of the rings; readable when they hold something
     */
    public EpollWaiter(BooleanSupplier maySleep, int timeoutMs, int... fds) {
        this.maySleep = maySleep;
        this.timeoutMs = timeoutMs;
        epollFd = LibC.epoll_create1(LibC.EPOLL_CLOEXEC);
        for (int fd : fds) {
            add(fd);
        }
    }

    private void add(int fd) {
        event.clear();
        event.setInt(0, LibC.EPOLLIN);
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

    /** Returns whether there may be something to read; false on time-out. */
    public boolean sleep() {
        if (!maySleep.getAsBoolean()) {
            return true;
        }
        try {
            return LibC.epoll_wait(epollFd, address(), 1, timeoutMs) > 0;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == LibC.EINTR) {
                return true;
            }
            throw new AgentException("epoll_wait: fd=%d: %s".formatted(epollFd, e.getMessage()), e);
        }
    }

    private long address() {
        return Pointer.nativeValue(event);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            LibC.close(epollFd);
            event.close();
        }
    }
}
