package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/** rename(2) over an existing name: the file that had it loses its link and its dentry. T_ARG is the new name. */
final class Rename {
    private final Kernel k;
    private final int[] mem;
    private final Dcache dcache;
    private final Namei namei;
    private final Unlink unlink;

    Rename(Kernel kernel, Dcache dcache, Namei namei, Unlink unlink) {
        k = kernel;
        mem = kernel.mem;
        this.dcache = dcache;
        this.namei = namei;
        this.unlink = unlink;
    }

    boolean step(int t, int pc) {
        switch (pc) {
            case Pc.RENAME:
                return namei.begin(t, Pc.RENAME_SOURCE);
            case Pc.RENAME_SOURCE:
                source(t);
                return true;
            case Pc.RENAME_TARGET:
                target(t);
                return true;
            case Pc.RENAME_NLINK:
                int inode = k.inode(mem[t + T_INODE]);
                if (!k.isFree(inode + I_MUTEX)) {
                    return false;
                }
                unlink.dropLink(inode);
                k.go(t, Pc.RENAME_D_MOVE);
                return true;
            case Pc.RENAME_D_MOVE:
                move(t);
                k.go(t, Pc.RENAME_DPUT);
                return true;
            case Pc.RENAME_DPUT:
                int put = mem[t + T_DENTRY] == 0 ? -1 : dcache.put(mem[t + T_DENTRY] - 1);
                mem[t + T_DENTRY] = 0;
                if (put >= 0) {
                    k.call(t, Pc.IPUT, Pc.RENAME_UNLOCK);
                } else {
                    k.go(t, Pc.RENAME_UNLOCK);
                }
                return true;
            default:
                unlock(t);
                return true;
        }
    }

    private void source(int t) {
        if (mem[t + T_DENTRY] == 0) {
            k.unlock(DIR_MUTEX);
            k.ret(t);
            return;
        }
        mem[t + T_FD] = mem[t + T_DENTRY];
        mem[t + T_DENTRY] = 0;
        mem[t + T_NAME] = mem[t + T_ARG];
        k.call(t, Pc.LOOKUP, Pc.RENAME_TARGET);
    }

    private void target(int t) {
        int dentry = mem[t + T_DENTRY];
        if (dentry == mem[t + T_FD]) {
            // Old and new name are the same: nothing to do.
            k.go(t, Pc.RENAME_DPUT);
        } else if (dentry == 0) {
            k.go(t, Pc.RENAME_D_MOVE);
        } else {
            mem[t + T_INODE] = mem[k.dentry(dentry - 1) + D_INODE] - 1;
            k.go(t, Pc.RENAME_NLINK);
        }
    }

    /** d_move, and the same on disk. */
    private void move(int t) {
        if (mem[t + T_DENTRY] != 0) {
            dcache.unhash(mem[t + T_DENTRY] - 1);
        }
        int sourceSlot = mem[t + T_FD] - 1;
        int source = k.dentry(sourceSlot);
        int from = mem[source + D_NAME] - 1;
        int to = mem[t + T_NAME];
        int slot = mem[source + D_INODE] - 1;
        k.probes.renumber(from, to);
        mem[k.name(from) + N_DENTRY] = 0;
        mem[k.name(from) + N_INODE] = 0;
        mem[k.name(from) + N_EXISTS] = 0;
        mem[k.name(to) + N_DENTRY] = sourceSlot + 1;
        mem[k.name(to) + N_INODE] = slot + 1;
        mem[k.name(to) + N_EXISTS] = 1;
        mem[source + D_NAME] = to + 1;
        mem[k.inode(slot) + I_NAME] = to + 1;
    }

    private void unlock(int t) {
        dcache.put(mem[t + T_FD] - 1);
        mem[t + T_FD] = 0;
        mem[t + T_INODE] = 0;
        mem[t + T_ARG] = 0;
        k.unlock(DIR_MUTEX);
        k.ret(t);
    }
}
