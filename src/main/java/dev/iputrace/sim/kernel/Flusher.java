package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/**
 * The flusher thread. Until 3.2 it holds a reference while it writes; later I_SYNC alone keeps the inode, and evict
 * waits for that bit: then I_FREEING can be set under its hands.
 */
final class Flusher {
    private static final int SKIPPED =
            InodeState.NEW | InodeState.FREEING | InodeState.CLEAR | InodeState.WILL_FREE | InodeState.SYNC;

    private final Kernel k;
    private final int[] mem;

    Flusher(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    /** How many ways {@link Pc#FLUSH_IDLE} can go. */
    int choices() {
        return k.dirtyInodes.size() + (k.has(Fault.IHOLD_ON_ZERO) ? k.lruInodes.size() : 0);
    }

    boolean step(int t, int pc, int choice) {
        switch (pc) {
            case Pc.FLUSH_IDLE:
                return take(t, choice);
            case Pc.FLUSH_WRITTEN:
                return written(t);
            default:
                mem[k.inode(mem[t + T_INODE]) + I_COUNT]++;
                k.call(t, Pc.IPUT, Pc.FLUSH_IDLE);
                return true;
        }
    }

    private boolean take(int t, int choice) {
        if (mem[FLUSH_KICK] == 0) {
            return k.sleep(FLUSH_KICK);
        }
        if (k.exact && choice >= k.dirtyInodes.size() && k.has(Fault.IHOLD_ON_ZERO) && k.lruInodes.size() > 0) {
            return switchCgroup(t, choice - k.dirtyInodes.size());
        }
        if (!k.exact && k.lruInodes.size() > 0 && k.strikes(Fault.IHOLD_ON_ZERO)) {
            return switchCgroup(t, choice);
        }
        int slot = k.pick(k.dirtyInodes, choice, k.at.sizes.inodes());
        if (slot < 0) {
            return rest();
        }
        int inode = k.inode(slot);
        if (!k.isFree(k.stateLock(inode))) {
            return false;
        }
        if ((mem[inode + I_STATE] & SKIPPED) != 0) {
            if (mem[inode + I_LIFE] == Slab.DEAD || mem[inode + I_LIFE] == Slab.FREE) {
                forget(slot, inode);
                return true;
            }
            return !k.exact;
        }
        k.dirtyInodes.remove(slot);
        mem[inode + I_STATE] = (mem[inode + I_STATE] & ~InodeState.DIRTY) | InodeState.SYNC;
        if (k.old) {
            mem[inode + I_COUNT]++;
            k.lruInodes.remove(slot);
        }
        mem[t + T_INODE] = slot;
        mem[t + T_ARG] = 0;
        k.call(t, Pc.WRITEPAGES, Pc.FLUSH_WRITTEN);
        return true;
    }

    /** Somebody wrote to it after its death. What a real flusher would meet there is anybody's guess. */
    private void forget(int slot, int inode) {
        k.dirtyInodes.remove(slot);
        k.dirtied(-mem[inode + I_DIRTY_PAGES]);
        mem[inode + I_DIRTY_PAGES] = 0;
    }

    private boolean rest() {
        if (k.dirtyInodes.size() > 0) {
            return false;
        }
        k.kick(FLUSH_KICK, 0);
        return true;
    }

    private boolean written(int t) {
        int slot = mem[t + T_INODE];
        int inode = k.inode(slot);
        if (!k.isFree(k.stateLock(inode))) {
            return false;
        }
        mem[inode + I_STATE] &= ~InodeState.SYNC;
        k.wake(inode + I_STATE);
        if (mem[inode + I_DIRTY_PAGES] > 0 && (mem[inode + I_STATE] & InodeState.FREEING) == 0) {
            mem[inode + I_STATE] |= InodeState.DIRTY;
            k.dirtyInodes.add(slot);
        }
        if (k.old) {
            k.call(t, Pc.IPUT, Pc.FLUSH_IDLE);
        } else {
            k.idle(t, Pc.FLUSH_IDLE);
        }
        return true;
    }

    /** inode_prepare_wbs_switch before 4.7: ihold, although i_count may be 0. */
    private boolean switchCgroup(int t, int choice) {
        int slot = k.pick(k.lruInodes, choice, k.at.sizes.inodes());
        int inode = k.inode(slot);
        if (mem[k.stateLock(inode)] != 0 || (mem[inode + I_STATE] & SKIPPED) != 0) {
            return !k.exact;
        }
        mem[t + T_INODE] = slot;
        k.probes.ihold(t, slot);
        k.lruInodes.remove(slot);
        k.go(t, Pc.FLUSH_SWITCH);
        return true;
    }
}
