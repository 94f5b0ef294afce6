package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/**
 * Waits until the workload stands still, then umount and mount again: generic_shutdown_super. Inodes that somebody
 * still holds stay: "VFS: Busy inodes after unmount".
 */
final class Umount {
    /** Writing everything back takes its time, and tells a leak from what is only late. */
    private static final long SYNC_NS = 1_200_000_000L;

    private final Kernel k;
    private final int[] mem;
    private final Dcache dcache;
    private final int userTasks;

    Umount(Kernel kernel, Dcache dcache, int userTasks) {
        k = kernel;
        mem = kernel.mem;
        this.dcache = dcache;
        this.userTasks = userTasks;
    }

    /** Mounting reads the root directory, whose dentry holds it until the unmount. */
    void mount(int t) {
        int slot = k.slab.newInode(t);
        k.probes.numberRoot(slot);
        mem[ROOT] = slot + 1;
        mem[MS_ACTIVE] = 1;
    }

    boolean step(int t, int pc) {
        switch (pc) {
            case Pc.UMOUNT_WAIT:
                if (mem[PARKED] < userTasks) {
                    return k.sleep(PARKED);
                }
                k.go(t, Pc.UMOUNT_SYNC);
                return true;
            case Pc.UMOUNT_SYNC:
                return sync(t);
            case Pc.UMOUNT_DCACHE:
                shrinkDcache(t);
                return true;
            case Pc.UMOUNT_INACTIVE:
                mem[MS_ACTIVE] = 0;
                k.go(t, Pc.UMOUNT_EVICT);
                return true;
            case Pc.UMOUNT_EVICT:
                return evictNext(t);
            default:
                busy(t);
                return true;
        }
    }

    private boolean sync(int t) {
        if (!quiet()) {
            return k.exact ? kickOnce() : kick();
        }
        k.probes.umount(t);
        k.probes.sleepNs(SYNC_NS);
        k.go(t, Pc.UMOUNT_DCACHE);
        return true;
    }

    private boolean kick() {
        k.kick(FLUSH_KICK, 1);
        k.kick(COMMIT_KICK, 1);
        return true;
    }

    /** Only whom there is work for, or the same states would come again and again. */
    private boolean kickOnce() {
        if (mem[FLUSH_KICK] == 0 && k.dirtyInodes.size() > 0) {
            k.kick(FLUSH_KICK, 1);
            return true;
        }
        if (mem[COMMIT_KICK] == 0 && k.runningInodes.size() > 0) {
            k.kick(COMMIT_KICK, 1);
            return true;
        }
        return false;
    }

    boolean quiet() {
        int underWay = mem[DIRTY_TOTAL]
                + k.flightIoEnds.size()
                + k.queuedIoEnds.size()
                + k.releasedIoEnds.size()
                + k.fputDentries.size()
                + k.runningInodes.size()
                + k.submitInodes.size()
                + k.waitInodes.size()
                + k.writebackInodes.size();
        return underWay == 0 && k.daemonsIdle();
    }

    private void shrinkDcache(int t) {
        int slot = k.prunableDentries.from(0);
        if (slot >= 0) {
            int put = dcache.kill(slot);
            if (put >= 0) {
                mem[t + T_INODE] = put;
                k.call(t, Pc.IPUT, Pc.UMOUNT_DCACHE);
            }
            return;
        }
        mem[t + T_INODE] = mem[ROOT] - 1;
        mem[ROOT] = 0;
        k.call(t, Pc.IPUT, Pc.UMOUNT_INACTIVE);
    }

    private boolean evictNext(int t) {
        int slot = k.lruInodes.from(0);
        if (slot < 0) {
            k.go(t, Pc.UMOUNT_BUSY);
            return true;
        }
        int inode = k.inode(slot);
        if (!k.isFree(k.stateLock(inode))) {
            return false;
        }
        k.lruInodes.remove(slot);
        mem[t + T_INODE] = slot;
        if (mem[inode + I_COUNT] == 0 && (mem[inode + I_STATE] & InodeState.NO_GRAB) == 0) {
            mem[inode + I_STATE] |= InodeState.FREEING;
            k.call(t, Pc.EVICT, Pc.UMOUNT_EVICT);
        }
        return true;
    }

    private void busy(int t) {
        for (int slot = 0; slot < k.at.sizes.inodes(); slot++) {
            int inode = k.inode(slot);
            if (mem[inode + I_LIFE] == Slab.ALIVE) {
                k.probes.busy(slot);
                forget(inode);
            }
        }
        k.idle(t, Pc.UMOUNT_WAIT);
        if (k.quitting) {
            k.go(t, Pc.EXITED);
            return;
        }
        mount(t);
        mem[PARKED] = 0;
        mem[EPOCH] = mem[EPOCH] + 1 & 0x3f;
        k.wake(EPOCH);
    }

    /** "Self-destruct in 5 seconds": nobody can reach it any more. */
    private void forget(int inode) {
        int name = mem[inode + I_NAME] - 1;
        if (name >= 0) {
            mem[k.name(name) + N_INODE] = 0;
        }
        mem[inode + I_NAME] = 0;
        mem[inode + I_LIFE] = Slab.LOST;
    }
}
