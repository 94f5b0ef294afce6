package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/**
 * igrab: takes a reference unless the inode is on its way out. The entry probe reads before the lock, the event is
 * sent at the return, as the real ones do.
 */
final class Igrab {
    private final Kernel k;
    private final int[] mem;

    Igrab(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    boolean step(int t, int pc) {
        int slot = mem[t + T_INODE];
        int inode = k.inode(slot);
        switch (pc) {
            case Pc.IGRAB:
                k.probes.igrabEntry(t, slot);
                k.go(t, Pc.IGRAB_LOCK);
                return true;
            default:
                if (!k.isFree(k.stateLock(inode))) {
                    return false;
                }
                boolean refused = refused(mem[inode + I_STATE]);
                mem[inode + I_COUNT] += refused ? 0 : 1;
                mem[t + T_RESULT] = refused ? 0 : 1;
                k.probes.igrabReturn(t, slot);
                k.ret(t);
                return true;
        }
    }

    private boolean refused(int state) {
        return (state & InodeState.NO_GRAB) != 0 && !k.strikes(Fault.IGRAB_IGNORES_FREEING);
    }
}
