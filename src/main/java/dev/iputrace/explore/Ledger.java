package dev.iputrace.explore;

import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import dev.iputrace.model.Rule;
import dev.iputrace.model.StatelessRules;
import java.util.Arrays;

/**
 * What the rules remember of the events so far, and what the next event breaks. R1 to R5 and R2w are the model's own
 * functions of one event. R4 (the put), R6 to R10 are those of the checker with time left out: whether an address is
 * between birth and death, whether an io_end is between init and free, pinned, and younger than the death of its inode.
 *
 * <p>The words are part of a state. So equal states have equal pasts as far as the rules can tell, and what is said of
 * one schedule to a state holds for all of them: this is what makes judging each transition once sound.
 *
 * <p>Time: R9 is told of each state in which an io_end outlives its inode, although the rule speaks only when that
 * lasts 100 ms; R8 of an io_end that is live when nothing can happen any more; R10 likewise, after an unmount. R7 knows
 * no order of timestamps: an igrab that began before the death counts as one after it.
 *
 * <p>Hot path: a few ns per event; allocates nothing.
 */
final class Ledger {
    private static final int ALIVE = 1;
    private static final int DEAD = 2;
    private static final int PHASE = 3;

    private static final int UNMOUNTED = 1 << 24;
    private static final int PANICKED = 1 << 25;

    private static final int LIVE = 0x1;
    private static final int UNPINNED = 0x2;
    private static final int ORPHAN = 0x4;
    private static final int INODE_SHIFT = 4;

    private static final int TASKS_PER_WORD = 8;

    /** Word 0: two bits of each inode. Then a word of each io_end, then four bits of each task: its unpinned free. */
    final int[] words;

    private final long[] inodes;
    private final long[] ioEnds;
    private final int tasks;

    Ledger(long[] inodes, long[] ioEnds, int taskCount) {
        this.inodes = inodes.clone();
        this.ioEnds = ioEnds.clone();
        tasks = 1 + ioEnds.length;
        words = new int[tasks + (taskCount + TASKS_PER_WORD - 1) / TASKS_PER_WORD];
    }

    void clear() {
        Arrays.fill(words, 0);
    }

    /** Rules that this event breaks, as bits of {@link Rule#bit}; {@code task} sent it. */
    int take(EventView event, int task) {
        int op = event.op();
        if (op >= OpCode.FIRST_COMPANION) {
            return 0;
        }
        int flags = event.flags();
        int broken = StatelessRules.broken(op, flags, event.iCount(), event.ioEnd());
        if (op == OpCode.UMOUNT) {
            words[0] |= UNMOUNTED;
            return broken;
        }
        if (op == OpCode.IO_END_FREE) {
            return broken | free(slot(ioEnds, event.ioEnd()), task);
        }
        int inode = slot(inodes, event.inode());
        if (op != OpCode.BIRTH && phase(inode) == DEAD) {
            broken |= Rule.R7.bit();
            phase(inode, ALIVE);
        }
        switch (op) {
            case OpCode.BIRTH -> phase(inode, ALIVE);
            case OpCode.IGRAB -> broken |= (flags & Flag.REFUSED) == 0 && (flags & Flag.DYING) != 0 ? Rule.R6.bit() : 0;
            case OpCode.IPUT -> broken |= put(inode, task, flags, broken == 0);
            case OpCode.IO_END_INIT -> broken |= init(slot(ioEnds, event.ioEnd()), inode, flags);
            case OpCode.DEATH -> death(inode);
            default -> {}
        }
        return broken;
    }

    private static int slot(long[] addresses, long address) {
        int slot = 0;
        while (addresses[slot] != address) {
            slot++;
        }
        return slot;
    }

    private int phase(int inode) {
        return (words[0] >>> (2 * inode)) & PHASE;
    }

    private void phase(int inode, int phase) {
        int shift = 2 * inode;
        words[0] = (words[0] & ~(PHASE << shift)) | (phase << shift);
    }

    private int init(int ioEnd, int inode, int flags) {
        int again = (words[1 + ioEnd] & LIVE) != 0 ? Rule.R8.bit() : 0;
        words[1 + ioEnd] = LIVE | ((flags & Flag.REFUSED) != 0 ? UNPINNED : 0) | (inode << INODE_SHIFT);
        return again;
    }

    private int free(int ioEnd, int task) {
        int word = words[1 + ioEnd];
        if ((word & LIVE) == 0) {
            return Rule.R8.bit();
        }
        remember(task, (word & UNPINNED) != 0 ? 1 + (word >>> INODE_SHIFT) : 0);
        words[1 + ioEnd] = 0;
        return 0;
    }

    /** The iput inside the free of an unpinned io_end. */
    private int put(int inode, int task, int flags, boolean innocent) {
        if ((flags & Flag.IN_IO_END_FREE) == 0 || remembered(task) != 1 + inode) {
            return 0;
        }
        remember(task, 0);
        return innocent ? Rule.R4.bit() : 0;
    }

    private int remembered(int task) {
        int shift = 4 * (task % TASKS_PER_WORD);
        return (words[tasks + task / TASKS_PER_WORD] >>> shift) & 0xf;
    }

    private void remember(int task, int value) {
        int shift = 4 * (task % TASKS_PER_WORD);
        int word = tasks + task / TASKS_PER_WORD;
        words[word] = (words[word] & ~(0xf << shift)) | (value << shift);
    }

    private void death(int inode) {
        phase(inode, DEAD);
        for (int word = 1; word < tasks; word++) {
            boolean its = (words[word] & LIVE) != 0 && words[word] >>> INODE_SHIFT == inode;
            words[word] |= its ? ORPHAN : 0;
        }
    }

    /** The kernel has panicked: such a state differs from a live one, whatever its memory. */
    void panicked() {
        words[0] |= PANICKED;
    }

    boolean hasPanicked() {
        return (words[0] & PANICKED) != 0;
    }

    /** An io_end outlives its inode: R9, if it lasts. */
    boolean hasOrphan() {
        for (int word = 1; word < tasks; word++) {
            if ((words[word] & ORPHAN) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Rules broken when nothing can happen any more. */
    int atEnd() {
        int broken = 0;
        for (int word = 1; word < tasks; word++) {
            broken |= (words[word] & LIVE) != 0 ? Rule.R8.bit() : 0;
        }
        for (int inode = 0; inode < inodes.length && (words[0] & UNMOUNTED) != 0; inode++) {
            broken |= phase(inode) == ALIVE ? Rule.R10.bit() : 0;
        }
        return broken;
    }
}
