package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/** sync(2): starts flusher and commit, then wait_sb_inodes, which takes a reference on each inode it waits for. */
final class SyncCall {
    private static final int INODES = 4;
    private static final int SKIPPED = InodeState.NEW | InodeState.FREEING | InodeState.CLEAR | InodeState.WILL_FREE;

    private final Kernel k;
    private final int[] mem;

    SyncCall(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    boolean step(int t, int pc, int choice) {
        switch (pc) {
            case Pc.TIMER:
                k.kick(FLUSH_KICK, 1);
                k.kick(COMMIT_KICK, 1);
                k.ret(t);
                return true;
            case Pc.SYNC:
                k.kick(FLUSH_KICK, 1);
                k.kick(COMMIT_KICK, 1);
                mem[t + T_ARG] = INODES;
                k.go(t, Pc.SYNC_FLUSHED);
                return true;
            case Pc.SYNC_FLUSHED:
                if (mem[FLUSH_KICK] != 0) {
                    return k.sleep(FLUSH_KICK);
                }
                k.go(t, Pc.SYNC_PICK);
                return true;
            case Pc.SYNC_PICK:
                return pickNext(t, choice);
            default:
                int writeback = k.inode(mem[t + T_INODE]) + I_WRITEBACK;
                if (mem[writeback] > 0) {
                    return k.sleep(writeback);
                }
                k.call(t, Pc.IPUT, Pc.SYNC_PICK);
                return true;
        }
    }

    private boolean pickNext(int t, int choice) {
        int slot = mem[t + T_ARG] == 0 ? -1 : k.pick(k.writebackInodes, choice, k.at.sizes.inodes());
        if (slot < 0) {
            mem[t + T_ARG] = 0;
            mem[t + T_INODE] = 0;
            k.ret(t);
            return true;
        }
        int inode = k.inode(slot);
        if (!k.isFree(k.stateLock(inode))) {
            return false;
        }
        mem[t + T_ARG]--;
        mem[t + T_INODE] = 0;
        if ((mem[inode + I_STATE] & SKIPPED) != 0) {
            return true;
        }
        mem[inode + I_COUNT]++;
        k.lruInodes.remove(slot);
        mem[t + T_INODE] = slot;
        k.go(t, Pc.SYNC_WAIT);
        return true;
    }
}
