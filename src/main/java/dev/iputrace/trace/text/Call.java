package dev.iputrace.trace.text;

import dev.iputrace.event.Op;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The probed calls, by the functions that are probed for them and by names that people give to such probes. */
enum Call {
    IGRAB(Op.IGRAB, "igrab"),
    IPUT(Op.IPUT, "iput"),
    IO_END_INIT(Op.IO_END_INIT, "ext4_init_io_end", "init_io_end", "io_end_init"),
    IO_END_FREE(
            Op.IO_END_FREE, "ext4_free_io_end", "ext4_release_io_end", "free_io_end", "release_io_end", "io_end_free"),
    BIRTH(Op.BIRTH, "inode_init_always_gfp", "inode_init_always", "birth"),
    EVICT(Op.EVICT, "evict"),
    CLEAR(Op.CLEAR, "clear_inode", "end_writeback", "clear"),
    DEATH(Op.DEATH, "destroy_inode", "__destroy_inode", "death", "destroy"),
    IHOLD(Op.IHOLD, "ihold"),
    IPUT_NOT_LAST(Op.IPUT_NOT_LAST, "iput_not_last"),
    UMOUNT(Op.UMOUNT, "generic_shutdown_super", "umount"),
    MARK(Op.MARK, "tracing_mark_write", "print"),
    /** Any other event: none of ours. */
    OTHER(null);

    private static final String RETURN_SUFFIX = "(__return|_return|_ret|_r|_exit)$";
    private static final Map<String, Call> BY_NAME = new HashMap<>();

    static {
        for (Call call : values()) {
            for (String name : call.names.split(" ")) {
                BY_NAME.put(name, call);
            }
        }
    }

    private final @Nullable Op op;
    /** Separated by spaces. */
    private final String names;

    Call(@Nullable Op op, String... names) {
        this.op = op;
        this.names = String.join(" ", names);
    }

    @Nullable
    Op op() {
        return op;
    }

    /** Entry and return are two events of the trace and one of ours. */
    boolean isJoined() {
        return this == IGRAB || this == IO_END_INIT;
    }

    /** By a symbol, of which a compiler's suffix ({@code .isra.0}) does not count. */
    static Call ofFunction(String symbol) {
        int dot = symbol.indexOf('.');
        return BY_NAME.getOrDefault(dot < 0 ? symbol : symbol.substring(0, dot), OTHER);
    }

    /** By the name of an event: {@code iput}, {@code igrab_ret}, {@code p_iput_0} as the kernel makes up. */
    static Call ofEvent(String name) {
        Call call = BY_NAME.get(name);
        if (call == null) {
            call = BY_NAME.get(name.replaceFirst(RETURN_SUFFIX, ""));
        }
        if (call == null) {
            call = BY_NAME.get(name.replaceFirst("^[pr]_", "").replaceFirst("_[0-9]+$", ""));
        }
        return call == null ? OTHER : call;
    }

    static boolean isReturnName(String name) {
        return !BY_NAME.containsKey(name)
                && (name.startsWith("r_")
                        || !name.replaceFirst(RETURN_SUFFIX, "").equals(name));
    }
}
