package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/**
 * evict, ext4_evict_inode, clear_inode and destroy_inode. (2.6.32 has no evict: generic_delete_inode and dispose_list
 * do its work; the probe sits where 2.6.36 put the function.) May write back the data of the dying inode itself:
 * jbd2_journal_begin_ordered_truncate, the path of f7ad6d2e9201.
 */
final class Evict {
    private static final int DELETE_TURNS_MASK = 3;

    private final Kernel k;
    private final int[] mem;

    Evict(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    boolean step(int t, int pc, int choice) {
        int slot = mem[t + T_INODE];
        int inode = k.inode(slot);
        switch (pc) {
            case Pc.EVICT:
                k.probes.evict(t, slot);
                mem[inode + I_LIFE] = Slab.DYING;
                k.dirtyInodes.remove(slot);
                k.go(t, Pc.EVICT_SYNC_WAIT);
                return true;
            case Pc.EVICT_SYNC_WAIT:
                if ((mem[inode + I_STATE] & InodeState.SYNC) != 0) {
                    return k.sleep(inode + I_STATE);
                }
                if (Journal.isCommitting(mem[inode + I_TRANSACTION]) && mem[inode + I_NLINK] <= 0) {
                    k.call(t, Pc.WRITEPAGES, Pc.EVICT_TRUNCATE);
                } else {
                    k.go(t, Pc.EVICT_TRUNCATE);
                }
                return true;
            case Pc.EVICT_TRUNCATE:
                k.dirtied(-mem[inode + I_DIRTY_PAGES]);
                mem[inode + I_DIRTY_PAGES] = 0;
                k.go(t, mem[inode + I_WRITEBACK] > 0 ? Pc.EVICT_PAGES_WAIT : Pc.EVICT_DELETE);
                return true;
            case Pc.EVICT_PAGES_WAIT:
                if (mem[inode + I_WRITEBACK] > 0) {
                    return k.sleep(inode + I_WRITEBACK);
                }
                k.go(t, Pc.EVICT_DELETE);
                return true;
            case Pc.EVICT_DELETE:
                return delete(t, choice);
            default:
                return clear(t, pc, slot, inode);
        }
    }

    /** Frees the blocks, which means journal credits and disk: the CPU goes to others for a while. */
    private boolean delete(int t, int choice) {
        if (!k.exact && (choice & DELETE_TURNS_MASK) != 0) {
            return false;
        }
        k.go(t, Pc.CLEAR_INODE);
        return true;
    }

    private boolean clear(int t, int pc, int slot, int inode) {
        switch (pc) {
            case Pc.CLEAR_INODE:
                k.probes.clear(t, slot);
                int state = mem[inode + I_STATE];
                if ((state & InodeState.FREEING) == 0 || (state & InodeState.CLEAR) != 0) {
                    k.bug(t);
                }
                k.go(t, k.rhel6 ? Pc.JINODE_RELEASE : Pc.CLEAR_SET);
                return true;
            case Pc.CLEAR_SET:
                mem[inode + I_STATE] =
                        k.rhel6 ? InodeState.CLEAR : mem[inode + I_STATE] | InodeState.FREEING | InodeState.CLEAR;
                k.go(t, k.rhel6 ? Pc.DESTROY_INODE : Pc.JINODE_RELEASE);
                return true;
            case Pc.JINODE_RELEASE:
                if (mem[inode + I_COMMIT_RUNNING] != 0) {
                    return k.sleep(inode + I_COMMIT_RUNNING);
                }
                k.runningInodes.remove(slot);
                k.submitInodes.remove(slot);
                k.waitInodes.remove(slot);
                mem[inode + I_TRANSACTION] = Journal.NONE;
                k.go(t, k.rhel6 ? Pc.CLEAR_SET : Pc.DESTROY_INODE);
                return true;
            case Pc.DESTROY_INODE:
                destroy(t, slot, inode);
                if (k.pin == Era.Pin.IOEND_COUNT && mem[inode + I_IOEND_COUNT] != 0) {
                    k.go(t, Pc.IOEND_WAIT);
                } else {
                    free(t, slot);
                }
                return true;
            default:
                // ext4_ioend_wait of f7ad6d2e9201.
                if (mem[inode + I_IOEND_COUNT] != 0) {
                    return k.sleep(inode + I_IOEND_COUNT);
                }
                free(t, slot);
                return true;
        }
    }

    private void destroy(int t, int slot, int inode) {
        k.probes.death(t, slot);
        mem[inode + I_LIFE] = Slab.DEAD;
        int name = mem[inode + I_NAME] - 1;
        if (name >= 0) {
            mem[k.name(name) + N_INODE] = 0;
            k.wake(k.name(name) + N_INODE);
        }
    }

    /** The memory can be reused, at once or after a grace period of RCU. */
    private void free(int t, int slot) {
        if (k.old) {
            k.slab.freeInode(slot);
        } else {
            k.rcuInodes.add(slot);
            k.wake(k.rcuInodes.word());
        }
        k.ret(t);
    }
}
