package dev.iputrace.event;

/**
 * One 64-byte cell, read in place. A view is reused: it is valid until the call that handed it out returns.
 *
 * <p>Only {@link #tsNs}, {@link #op}, {@link #flags}, {@link #cpu} and {@link #seq} mean the same in every cell;
 * the other accessors are for kernel events (op below {@link OpCode#FIRST_COMPANION}), {@link #word} for the cells
 * that go with them.
 */
public interface EventView {
    /** CLOCK_MONOTONIC at function entry, in ns. */
    long tsNs();

    /** An {@link OpCode}. */
    int op();

    /** {@link Flag} bits; the index in a STACK cell, the {@link LossStage} code in a LOSS cell. */
    int flags();

    int cpu();

    /** Per CPU, counts each event tried (wraps at 2^32): a hole is a lost event. In STACK and COMM its event's. */
    int seq();

    /** Address of struct inode: identity only. 0 in IO_END_FREE and UMOUNT. */
    long inode();

    /** Address of struct ext4_io_end, or 0. */
    long ioEnd();

    long iIno();

    /** Return address of the probed call, or 0. */
    long caller();

    /** dev_t in the kernel's own encoding: major &lt;&lt; 20 | minor. */
    int sDev();

    /** Read at entry, before the operation. */
    int iCount();

    /** Raw bits of the kernel that sent it; {@link StateBits} decodes. */
    int iState();

    int tid();

    /** {@link #op}, {@link #flags}, {@link #cpu} and {@link #seq} as they lie in the cell: bytes 8 to 15. */
    long head();

    /** The 64-bit word {@code index} (0..5) behind the 16-byte head: a stack address, or what the op defines. */
    long word(int index);
}
