package dev.iputrace.event;

/** {@code enum iputrace_op} of bpf/iputrace.h as constants, for switches on the hot path; {@link Op} has the names. */
public final class OpCode {
    public static final int IGRAB = 1;
    public static final int IPUT = 2;
    public static final int IO_END_INIT = 3;
    public static final int IO_END_FREE = 4;
    public static final int BIRTH = 5;
    public static final int EVICT = 6;
    public static final int CLEAR = 7;
    public static final int DEATH = 8;
    public static final int IHOLD = 9;
    public static final int IPUT_NOT_LAST = 10;
    public static final int UMOUNT = 11;
    public static final int STACK = 32;
    public static final int COMM = 33;
    public static final int MARK = 34;
    public static final int LOSS = 35;
    public static final int STAT = 36;

    /** Codes below this are events of the kernel and take part in {@code seq}; the others go with them. */
    public static final int FIRST_COMPANION = STACK;

    /** Flags of a MARK cell: a piece of a new provenance; the piece with a 0 byte ends it. */
    public static final int MARK_PROVENANCE = 1;
    /** Flags of a MARK cell: the sender has sent all. A stream without it was cut. */
    public static final int MARK_END = 2;

    private OpCode() {}
}
