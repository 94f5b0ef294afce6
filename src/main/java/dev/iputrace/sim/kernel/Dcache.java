package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/** Dentries: a dentry holds one reference on its inode, from d_instantiate until the last dput of a dropped one. */
final class Dcache {
    private final Kernel k;
    private final int[] mem;

    Dcache(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    /** d_instantiate and d_rehash; there must be a free dentry, whose slot is returned. */
    int add(int inodeSlot, int name) {
        int slot = k.freeDentries.from(0);
        k.freeDentries.remove(slot);
        int dentry = k.dentry(slot);
        mem[dentry + D_COUNT] = 1;
        mem[dentry + D_INODE] = inodeSlot + 1;
        mem[dentry + D_NAME] = name + 1;
        mem[k.name(name) + N_DENTRY] = slot + 1;
        return slot;
    }

    void get(int slot) {
        mem[k.dentry(slot) + D_COUNT]++;
        k.prunableDentries.remove(slot);
    }

    void unhash(int slot) {
        int name = k.dentry(slot) + D_NAME;
        if (mem[name] != 0) {
            mem[k.name(mem[name] - 1) + N_DENTRY] = 0;
            mem[name] = 0;
        }
    }

    /** dput; the inode whose reference the caller has to put now, or -1. */
    int put(int slot) {
        int dentry = k.dentry(slot);
        if (--mem[dentry + D_COUNT] > 0) {
            return -1;
        }
        if (mem[dentry + D_NAME] != 0) {
            k.prunableDentries.add(slot);
            return -1;
        }
        return kill(slot);
    }

    /** Frees a dentry that nobody uses; the inode whose reference the caller has to put now, or -1. */
    int kill(int slot) {
        unhash(slot);
        k.prunableDentries.remove(slot);
        int dentry = k.dentry(slot);
        int inode = mem[dentry + D_INODE] - 1;
        mem[dentry + D_INODE] = 0;
        k.freeDentries.add(slot);
        k.wake(k.freeDentries.word());
        return inode;
    }
}
