package dev.iputrace.abi;

/**
 * Offsets in bytes of {@code struct iputrace_event} and its companions, little endian. bpf/iputrace.h is the truth:
 * EventLayoutTest compares every constant with what the C compiler says.
 */
public final class CellLayout {
    public static final int ABI_VERSION = 1;
    public static final int CELL_SIZE = 64;

    public static final int TS_NS = 0;
    public static final int OP = 8;
    public static final int FLAGS = 9;
    public static final int CPU = 10;
    public static final int SEQ = 12;
    public static final int INODE = 16;
    public static final int IO_END = 24;
    public static final int I_INO = 32;
    public static final int CALLER = 40;
    public static final int S_DEV = 48;
    public static final int I_COUNT = 52;
    public static final int I_STATE = 56;
    public static final int TID = 60;

    /** First of the six 64-bit words of STACK, MARK, LOSS and STAT cells. */
    public static final int WORDS = 16;

    public static final int WORDS_PER_CELL = 6;

    public static final int COMM = 16;
    public static final int COMM_LENGTH = 16;
    public static final int COMM_TGID = 32;
    public static final int COMM_TID = 36;

    /** A record of the rare ring: event, comm cell, stack cells. */
    public static final int RARE_STACK_CELLS = 4;

    public static final int RARE_SIZE = (2 + RARE_STACK_CELLS) * CELL_SIZE;

    private CellLayout() {}
}
