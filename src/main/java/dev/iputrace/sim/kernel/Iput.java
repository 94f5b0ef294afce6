package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/**
 * iput and iput_final. The count falls from 1 to 0 only under the lock; above that it is a bare atomic, and so it is
 * below: a put at 0 makes -1 and nobody notices. Only BUG_ON(I_CLEAR) does, where the era has it.
 */
final class Iput {
    private final Kernel k;
    private final int[] mem;

    Iput(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    boolean step(int t, int pc) {
        int slot = mem[t + T_INODE];
        int inode = k.inode(slot);
        switch (pc) {
            case Pc.IPUT:
                k.probes.iput(t, slot);
                if (k.era.iputPanics() && isClear(mem[inode + I_STATE])) {
                    k.bug(t);
                }
                k.go(t, Pc.IPUT_DEC);
                return true;
            case Pc.IPUT_DEC:
                return dec(t, inode);
            case Pc.IPUT_PUT_BACK:
                mem[inode + I_COUNT]++;
                k.unlock(k.stateLock(inode));
                k.go(t, Pc.IPUT_MARK_DIRTY);
                return true;
            case Pc.IPUT_MARK_DIRTY:
                return markDirty(t, slot, inode);
            case Pc.IPUT_FINAL:
                return last(t, slot, inode);
            default:
                if (!k.isFree(k.stateLock(inode))) {
                    return false;
                }
                mem[inode + I_STATE] = (mem[inode + I_STATE] & ~InodeState.WILL_FREE) | InodeState.FREEING;
                k.call(t, Pc.EVICT, Pc.IPUT_EVICTED);
                return true;
        }
    }

    /** 2.6.32 compares the value, later kernels look at the bit. */
    private boolean isClear(int state) {
        return k.rhel6 ? state == InodeState.CLEAR : (state & InodeState.CLEAR) != 0;
    }

    /** atomic_dec_and_lock; from 6.18 on atomic_add_unless and a second look under the lock. */
    private boolean dec(int t, int inode) {
        if (mem[inode + I_COUNT] != 1) {
            mem[inode + I_COUNT]--;
            k.ret(t);
            return true;
        }
        int lock = k.stateLock(inode);
        if (!k.isFree(lock)) {
            return false;
        }
        boolean dirtyTime = (mem[inode + I_STATE] & InodeState.DIRTY_TIME) != 0 && mem[inode + I_NLINK] != 0;
        if (dirtyTime && !k.era.lazytimePutsBack()) {
            k.go(t, Pc.IPUT_MARK_DIRTY);
            return true;
        }
        k.lock(lock);
        mem[inode + I_COUNT] = 0;
        k.go(t, dirtyTime ? Pc.IPUT_PUT_BACK : Pc.IPUT_FINAL);
        return true;
    }

    private boolean markDirty(int t, int slot, int inode) {
        if (!k.isFree(k.stateLock(inode))) {
            return false;
        }
        int state = (mem[inode + I_STATE] & ~InodeState.DIRTY_TIME) | InodeState.DIRTY;
        mem[inode + I_STATE] = state;
        if ((state & (InodeState.SYNC | InodeState.FREEING)) == 0) {
            k.dirtyInodes.add(slot);
        }
        k.go(t, Pc.IPUT_DEC);
        return true;
    }

    /** iput_final, under the lock: keep the inode cached, or evict it. */
    private boolean last(int t, int slot, int inode) {
        boolean drop = mem[inode + I_NLINK] <= 0;
        if (!drop && mem[MS_ACTIVE] != 0) {
            k.lruInodes.add(slot);
            k.unlock(k.stateLock(inode));
            k.ret(t);
        } else if (!drop) {
            mem[inode + I_STATE] |= InodeState.WILL_FREE;
            k.unlock(k.stateLock(inode));
            k.call(t, Pc.WRITEPAGES, Pc.IPUT_WRITTEN);
        } else {
            mem[inode + I_STATE] |= InodeState.FREEING;
            k.lruInodes.remove(slot);
            k.unlock(k.stateLock(inode));
            k.call(t, Pc.EVICT, Pc.IPUT_EVICTED);
        }
        return true;
    }
}
