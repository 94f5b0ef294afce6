package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/** ext4_inode_cache and the cache of io_ends: which slots are free, and which the next user gets. */
final class Slab {
    /* I_LIFE: what the memory of an inode holds. */
    static final int FREE = 0;
    static final int ALIVE = 1;
    /** From evict on. */
    static final int DYING = 2;
    /** Destroyed, and not yet given back: a grace period of RCU, or a wait for io_ends. */
    static final int DEAD = 3;
    /** Held by a reference that nobody will give back, when its file system was unmounted. */
    static final int LOST = 4;

    private final Kernel k;
    private final int[] mem;
    private final boolean reuse;

    Slab(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
        reuse = kernel.options.faults().contains(Fault.ADDRESS_REUSE);
    }

    /** alloc_inode and inode_init_always; the slot, or -1 when there is no memory. */
    int newInode(int t) {
        int slot = next(k.freeInodes, SLAB_CURSOR, k.at.sizes.inodes());
        if (slot < 0) {
            return -1;
        }
        int last = mem[LAST_FREED] - 1;
        if (reuse && last >= 0 && k.freeInodes.contains(last)) {
            slot = last;
        }
        k.freeInodes.remove(slot);
        k.probes.birth(t, slot);
        int inode = k.inode(slot);
        // Pages dirtied after the death of the last user are gone with it.
        k.dirtied(-mem[inode + I_DIRTY_PAGES]);
        for (int word = 0; word < INODE_WORDS; word++) {
            mem[inode + word] = 0;
        }
        mem[inode + I_COUNT] = 1;
        mem[inode + I_NLINK] = 1;
        mem[inode + I_LIFE] = ALIVE;
        return slot;
    }

    /** The memory keeps what it held, I_CLEAR too, until the next user initialises it. */
    void freeInode(int slot) {
        mem[k.inode(slot) + I_LIFE] = FREE;
        k.freeInodes.add(slot);
        mem[LAST_FREED] = k.exact ? 0 : slot + 1;
        k.wake(k.freeInodes.word());
    }

    int newIoEnd(int inodeSlot, int flags) {
        int slot = next(k.freeIoEnds, IO_END_CURSOR, k.at.sizes.ioEnds());
        if (slot < 0) {
            return -1;
        }
        k.freeIoEnds.remove(slot);
        int ioEnd = k.ioEnd(slot);
        mem[ioEnd + E_LIVE] = 1;
        mem[ioEnd + E_INODE] = inodeSlot;
        mem[ioEnd + E_FLAGS] = flags;
        return slot;
    }

    void freeIoEnd(int slot) {
        int ioEnd = k.ioEnd(slot);
        for (int word = 0; word < IO_END_WORDS; word++) {
            mem[ioEnd + word] = 0;
        }
        k.freeIoEnds.add(slot);
        k.wake(k.freeIoEnds.word());
    }

    private int next(SlotSet free, int cursor, int slots) {
        int slot = free.from(mem[cursor]);
        if (slot >= 0 && !k.exact) {
            mem[cursor] = slot + 1 == slots ? 0 : slot + 1;
        }
        return slot;
    }
}
