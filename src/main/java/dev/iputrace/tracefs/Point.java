package dev.iputrace.tracefs;

import dev.iputrace.event.Op;
import java.util.List;

/** The probe points, the same as in native/points.c, with the names of their functions over kernel versions. */
enum Point {
    /** Its result matters, so its return is probed too. */
    IGRAB(Op.IGRAB, "igrab"),
    IPUT(Op.IPUT, "iput"),
    IO_END_INIT(Op.IO_END_INIT, "ext4_init_io_end"),
    IO_END_FREE(Op.IO_END_FREE, "ext4_free_io_end", "ext4_release_io_end"),
    BIRTH(Op.BIRTH, "inode_init_always_gfp", "inode_init_always"),
    EVICT(Op.EVICT, "evict"),
    CLEAR(Op.CLEAR, "clear_inode", "end_writeback"),
    DEATH(Op.DEATH, "destroy_inode"),
    IHOLD(Op.IHOLD, "ihold"),
    IPUT_NOT_LAST(Op.IPUT_NOT_LAST, "iput_not_last"),
    UMOUNT(Op.UMOUNT, "generic_shutdown_super");

    private final Op op;
    /** Separated by spaces. */
    private final String functions;

    Point(Op op, String... functions) {
        this.op = op;
        this.functions = String.join(" ", functions);
    }

    Op op() {
        return op;
    }

    /** Preferred first. */
    List<String> functions() {
        return List.of(functions.split(" "));
    }

    boolean hasReturn() {
        return this == IGRAB || this == IO_END_INIT;
    }

    boolean inExt4() {
        return this == IO_END_INIT || this == IO_END_FREE;
    }

    /** Without it there is nothing to watch. */
    boolean required() {
        return this == IGRAB || this == IPUT;
    }
}
