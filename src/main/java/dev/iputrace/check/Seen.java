package dev.iputrace.check;

import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;

/**
 * An event kept: the fields of {@link EventView}, same units. In an {@code io_end_free} the inode is the one its
 * io_end was initialised with, 0 when that was not seen.
 */
public record Seen(
        long tsNs,
        int op,
        int flags,
        int cpu,
        int seq,
        long inode,
        long ioEnd,
        long iIno,
        long caller,
        int sDev,
        int iCount,
        int iState,
        int tid) {
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    public boolean dying() {
        return has(Flag.DYING);
    }

    /** False where the kernel side could not read the inode, so that i_ino, i_count and i_state mean nothing. */
    public boolean describesInode() {
        return op != OpCode.IO_END_FREE && op != OpCode.BIRTH && op != OpCode.UMOUNT;
    }
}
