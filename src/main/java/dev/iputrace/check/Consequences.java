package dev.iputrace.check;

import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import dev.iputrace.model.Rule;
import org.jspecify.annotations.Nullable;

/** What a kernel does about a broken rule (kernel source, fs/inode.c of each era). */
final class Consequences {
    private static final String UNDERFLOW = "i_count goes from %d to %d without a word";

    private Consequences() {}

    /** {@code panics}: iput of this kernel has BUG_ON(I_CLEAR); null when unknown. */
    static String of(Rule rule, Seen seen, @Nullable Boolean panics) {
        return switch (rule) {
            case R1, R2 -> badPut(seen, panics);
            case R4 -> "The iput of this io_end will give back a reference that was never taken: " + latePut(panics);
            case R3 ->
                seen.iCount() < 0
                        ? "A put without a reference has happened while the inode was dying."
                        : "Somebody still holds a reference to memory that is about to be freed.";
            case R5 -> "WARN_ON in ihold and no more; the reference is to an inode that may be freed.";
            case R6 -> "The reference does not stop the eviction: its holder will use freed memory.";
            case R7 -> "Use after free: the memory may already be another inode.";
            case R8 ->
                seen.op() == OpCode.IO_END_FREE
                        ? "A second free puts the object into its slab twice: two io_ends will share it."
                        : "An io_end that is never freed keeps its memory, and in era A its inode, for ever.";
            case R9 -> "When this io_end completes it touches an inode that is gone.";
            case R10 -> "VFS: Busy inodes after unmount; the inode stays in memory with a dead superblock.";
            case R2W -> "Harmless only if another task resurrected the inode at this very moment.";
        };
    }

    private static String badPut(Seen seen, @Nullable Boolean panics) {
        if (seen.has(Flag.CLEAR) && !Boolean.FALSE.equals(panics)) {
            return panics == null
                    ? "Panic at once on kernels before 6.18: BUG_ON(I_CLEAR) in iput."
                    : "Panic follows at once: BUG_ON(I_CLEAR) in iput.";
        }
        String underflow = UNDERFLOW.formatted(seen.iCount(), seen.iCount() - 1);
        if (seen.dying()) {
            return underflow + "; " + latePut(panics);
        }
        return underflow + "; the inode can be evicted while still in use.";
    }

    private static String latePut(@Nullable Boolean panics) {
        if (panics == null) {
            return "after clear_inode such a put panics before 6.18, later kernels corrupt memory in silence.";
        }
        return panics
                ? "after clear_inode such a put is a panic, BUG_ON(I_CLEAR) in iput."
                : "this kernel has no BUG_ON in iput, so it corrupts memory in silence.";
    }
}
