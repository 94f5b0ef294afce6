package dev.iputrace.agent;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/**
 * The few functions of the C library that the JDK does not offer, by JNA direct mapping; 64-bit Linux only, where
 * size_t, off_t and pointers are a Java long. All set errno and throw on failure.
 */
final class LibC {
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    static final int PROT_NONE = 0;
    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;

    static final int MAP_SHARED = 0x01;
    static final int MAP_PRIVATE = 0x02;
    static final int MAP_FIXED = 0x10;
    static final int MAP_ANONYMOUS = 0x20;

    static final int EPOLL_CLOEXEC = O_CLOEXEC;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLLIN = 1;

    static final int EINTR = 4;
    static final int EAGAIN = 11;

    static {
        Native.register("c");
    }

    private LibC() {}

    static native int getpagesize() throws LastErrorException;

    /** Without O_CREAT the variadic mode is never read. */
    static native int open(String path, int flags) throws LastErrorException;

    static native int close(int fd) throws LastErrorException;

    static native long read(int fd, long buffer, long bytes) throws LastErrorException;

    static native long mmap(long address, long length, int protection, int flags, int fd, long offset)
            throws LastErrorException;

    static native int munmap(long address, long length) throws LastErrorException;

    static native int epoll_create1(int flags) throws LastErrorException;

    static native int epoll_ctl(int epollFd, int operation, int fd, long event) throws LastErrorException;

    static native int epoll_wait(int epollFd, long events, int eventsMax, int timeoutMs) throws LastErrorException;
}
