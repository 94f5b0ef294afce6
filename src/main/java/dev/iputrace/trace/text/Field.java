package dev.iputrace.trace.text;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@code key=value} of a line may mean: the kernel's own name, or the short ones that people use. */
enum Field {
    INODE(0, "inode"),
    I_COUNT(1, "i_count", "cnt", "count"),
    I_STATE(2, "i_state", "st", "state"),
    I_INO(3, "i_ino", "ino"),
    I_NLINK(4, "i_nlink", "nlink"),
    S_DEV(5, "s_dev", "dev"),
    IO_END(6, "io_end", "io", "ioend"),
    RET(7, "ret", "retval"),
    CALLER(8, "caller"),
    PROBE_IP(9, "__probe_ip", "__probe_func"),
    PROBE_RET_IP(10, "__probe_ret_ip"),
    /** The name of the task, which may hold anything. */
    COMM(11, "comm");

    /** Place in an array of values. */
    final int index;

    /** Separated by spaces. */
    private final String keys;

    Field(int index, String... keys) {
        this.index = index;
        this.keys = String.join(" ", keys);
    }

    int bit() {
        return 1 << index;
    }

    /** Whether this value can be of the field: the kernel's int may come unsigned, or sign-extended to 64 bits. */
    boolean holds(long value) {
        boolean isInt = this == I_COUNT || this == I_STATE || this == I_NLINK || this == S_DEV;
        return !isInt || value == (int) value || value >>> 32 == 0;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static @Nullable Field named(String label) {
        for (Field field : values()) {
            if (field.label().equals(label)) {
                return field;
            }
        }
        return null;
    }

    /** All keys, those of the user first. */
    static Map<String, Field> byKey(Map<String, String> userKeys) {
        Map<String, Field> byKey = new HashMap<>();
        for (Field field : values()) {
            for (String key : field.keys.split(" ")) {
                byKey.put(key, field);
            }
        }
        userKeys.forEach((label, key) -> {
            Field field = named(label);
            if (field == null) {
                throw new IllegalArgumentException("field: unknown name: " + label);
            }
            byKey.put(key, field);
        });
        return byKey;
    }
}
