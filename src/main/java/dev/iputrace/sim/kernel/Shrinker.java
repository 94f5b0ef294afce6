package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/** kswapd under memory pressure: prunes unused dentries, then cached inodes with i_count 0; and RCU's grace periods. */
final class Shrinker {
    private static final int KEPT = InodeState.NO_GRAB | InodeState.NEW | InodeState.DIRTY | InodeState.SYNC;

    private final Kernel k;
    private final int[] mem;
    private final Dcache dcache;

    Shrinker(Kernel kernel, Dcache dcache) {
        k = kernel;
        mem = kernel.mem;
        this.dcache = dcache;
    }

    boolean step(int t, int pc, int choice) {
        switch (pc) {
            case Pc.SHRINK_IDLE:
                return pruneDentry(t, choice);
            case Pc.SHRINK_INODE:
                return pruneInode(t, choice);
            default:
                return graceEnds(choice);
        }
    }

    private boolean pruneDentry(int t, int choice) {
        if (mem[SHRINK_KICK] == 0) {
            return k.sleep(SHRINK_KICK);
        }
        mem[SHRINK_KICK]--;
        mem[t + T_INODE] = 0;
        int slot = k.pick(k.prunableDentries, choice, k.at.sizes.dentries());
        if (slot < 0) {
            k.go(t, Pc.SHRINK_INODE);
            return true;
        }
        int put = dcache.kill(slot);
        if (put >= 0) {
            mem[t + T_INODE] = put;
            k.call(t, Pc.IPUT, Pc.SHRINK_INODE);
        }
        return true;
    }

    private boolean pruneInode(int t, int choice) {
        int slot = k.pick(k.lruInodes, choice, k.at.sizes.inodes());
        if (slot < 0) {
            k.idle(t, Pc.SHRINK_IDLE);
            return true;
        }
        int inode = k.inode(slot);
        if (!k.isFree(k.stateLock(inode))) {
            return false;
        }
        if (mem[inode + I_COUNT] != 0 || (mem[inode + I_STATE] & KEPT) != 0) {
            k.idle(t, Pc.SHRINK_IDLE);
            return true;
        }
        mem[inode + I_STATE] |= InodeState.FREEING;
        k.lruInodes.remove(slot);
        mem[t + T_INODE] = slot;
        k.call(t, Pc.EVICT, Pc.SHRINK_IDLE);
        return true;
    }

    private boolean graceEnds(int choice) {
        int slot = k.pick(k.rcuInodes, choice, k.at.sizes.inodes());
        if (slot < 0) {
            return k.sleep(k.rcuInodes.word());
        }
        do {
            k.rcuInodes.remove(slot);
            k.slab.freeInode(slot);
            slot = k.exact ? -1 : k.rcuInodes.from(0);
        } while (slot >= 0);
        return true;
    }
}
