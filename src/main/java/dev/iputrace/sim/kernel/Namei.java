package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/** Lookup of a name in the directory, and creat: dcache, then inode cache (__iget in a hash lookup), then disk. */
final class Namei {
    private final Kernel k;
    private final int[] mem;
    private final Dcache dcache;

    Namei(Kernel kernel, Dcache dcache) {
        k = kernel;
        mem = kernel.mem;
        this.dcache = dcache;
    }

    boolean step(int t, int pc) {
        switch (pc) {
            case Pc.LOOKUP:
                lookup(t);
                return true;
            case Pc.LOOKUP_IGET:
                return iget(t);
            case Pc.LOOKUP_ALLOC:
                return alloc(t);
            case Pc.LOOKUP_INSERT:
                return insert(t);
            case Pc.CREAT:
                return begin(t, Pc.CREAT_FOUND);
            default:
                mem[t + T_FD] = mem[t + T_DENTRY];
                mem[t + T_DENTRY] = 0;
                mem[t + T_INODE] = 0;
                k.unlock(DIR_MUTEX);
                k.ret(t);
                return true;
        }
    }

    /** Takes the directory's i_mutex and looks the name up. */
    boolean begin(int t, int back) {
        if (!k.lock(DIR_MUTEX)) {
            return false;
        }
        k.call(t, Pc.LOOKUP, back);
        lookup(t);
        return true;
    }

    /** Leaves dentry + 1 in T_DENTRY, referenced; 0 when there is no such file and nobody wants to create it. */
    private void lookup(int t) {
        int name = k.name(mem[t + T_NAME]);
        int dentry = mem[name + N_DENTRY];
        if (dentry != 0) {
            dcache.get(dentry - 1);
            mem[t + T_DENTRY] = dentry;
            k.ret(t);
        } else if (mem[name + N_EXISTS] != 0) {
            k.go(t, Pc.LOOKUP_IGET);
        } else if (k.caller(t) == Pc.CREAT_FOUND) {
            k.go(t, Pc.LOOKUP_ALLOC);
        } else {
            mem[t + T_DENTRY] = 0;
            k.ret(t);
        }
    }

    /** find_inode_fast: takes a reference under the lock, or waits until a dying one has left the hash. */
    private boolean iget(int t) {
        int cached = k.name(mem[t + T_NAME]) + N_INODE;
        int slot = mem[cached] - 1;
        if (slot < 0) {
            k.go(t, Pc.LOOKUP_ALLOC);
            return true;
        }
        int inode = k.inode(slot);
        if (!k.isFree(k.stateLock(inode))) {
            return false;
        }
        if ((mem[inode + I_STATE] & InodeState.NO_GRAB) != 0) {
            return k.sleep(cached);
        }
        if (k.freeDentries.size() == 0) {
            return k.reclaim(k.freeDentries);
        }
        instantiate(t, slot);
        mem[inode + I_COUNT]++;
        k.lruInodes.remove(slot);
        mem[t + T_INODE] = slot;
        return true;
    }

    private boolean alloc(int t) {
        int slot = k.slab.newInode(t);
        if (slot < 0) {
            return k.reclaim(k.freeInodes);
        }
        mem[t + T_INODE] = slot;
        k.go(t, Pc.LOOKUP_INSERT);
        return true;
    }

    /** insert_inode_locked to d_instantiate: until then nobody else can find the inode. */
    private boolean insert(int t) {
        int slot = mem[t + T_INODE];
        int name = mem[t + T_NAME];
        if (k.freeDentries.size() == 0) {
            return k.reclaim(k.freeDentries);
        }
        instantiate(t, slot);
        k.probes.number(slot, name, mem[k.name(name) + N_EXISTS] != 0);
        mem[k.inode(slot) + I_NAME] = name + 1;
        mem[k.name(name) + N_EXISTS] = 1;
        mem[k.name(name) + N_INODE] = slot + 1;
        return true;
    }

    private void instantiate(int t, int slot) {
        mem[t + T_DENTRY] = dcache.add(slot, mem[t + T_NAME]) + 1;
        k.ret(t);
    }
}
