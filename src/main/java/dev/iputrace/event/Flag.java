package dev.iputrace.event;

import java.util.StringJoiner;

/** {@code enum iputrace_flag} of bpf/iputrace.h: bits that mean the same on every kernel, unlike {@code i_state}. */
public final class Flag {
    public static final int FREEING = 0x01;
    public static final int WILL_FREE = 0x02;
    public static final int CLEAR = 0x04;
    public static final int UNLINKED = 0x08;
    public static final int REFUSED = 0x10;
    public static final int IN_IO_END_INIT = 0x20;
    public static final int IN_IO_END_FREE = 0x40;
    public static final int BROKEN_RULE = 0x80;

    /** I_FREEING or I_CLEAR: nobody may own a reference any more (model.md R2). */
    public static final int DYING = FREEING | CLEAR;

    private static final String[] NAMES = {
        "I_FREEING", "I_WILL_FREE", "I_CLEAR", "UNLINKED", "REFUSED", "IN_IO_END_INIT", "IN_IO_END_FREE", "BROKEN_RULE"
    };

    private Flag() {}

    /** The set bits by name, joined by {@code |}; "0" for none. */
    public static String names(int flags) {
        if ((flags & 0xff) == 0) {
            return "0";
        }
        StringJoiner names = new StringJoiner("|");
        for (int bit = 0; bit < NAMES.length; bit++) {
            if ((flags & 1 << bit) != 0) {
                names.add(NAMES[bit]);
            }
        }
        return names.toString();
    }
}
