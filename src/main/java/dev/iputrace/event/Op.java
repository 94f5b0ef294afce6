package dev.iputrace.event;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code enum iputrace_op} of bpf/iputrace.h: what a 64-byte cell holds. */
public enum Op {
    IGRAB(OpCode.IGRAB),
    IPUT(OpCode.IPUT),
    IO_END_INIT(OpCode.IO_END_INIT),
    IO_END_FREE(OpCode.IO_END_FREE),
    BIRTH(OpCode.BIRTH),
    EVICT(OpCode.EVICT),
    CLEAR(OpCode.CLEAR),
    DEATH(OpCode.DEATH),
    IHOLD(OpCode.IHOLD),
    IPUT_NOT_LAST(OpCode.IPUT_NOT_LAST),
    UMOUNT(OpCode.UMOUNT),
    STACK(OpCode.STACK),
    COMM(OpCode.COMM),
    MARK(OpCode.MARK),
    LOSS(OpCode.LOSS),
    STAT(OpCode.STAT);

    private static final @Nullable Op[] BY_CODE = new @Nullable Op[256];

    static {
        for (Op op : values()) {
            BY_CODE[op.code] = op;
        }
    }

    private final int code;
    private final String label = name().toLowerCase(Locale.ROOT);

    Op(int code) {
        this.code = code;
    }

    /** The byte in the cell. */
    public int code() {
        return code;
    }

    /** Lower case, as in reports, JSON, metrics and provenance keys: {@code io_end_init}. */
    public String label() {
        return label;
    }

    /** Null when this build does not know the code. */
    public static @Nullable Op of(int code) {
        return BY_CODE[code & 0xff];
    }
}
