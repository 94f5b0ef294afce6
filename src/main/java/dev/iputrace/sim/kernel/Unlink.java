package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/**
 * do_unlinkat. It takes a reference of its own ({@code ihold}; a bare atomic_inc in 2.6.32), so that the file is
 * truncated outside the directory's lock: the last put of a closed file is the one at the end.
 */
final class Unlink {
    private final Kernel k;
    private final int[] mem;
    private final Dcache dcache;
    private final Namei namei;

    Unlink(Kernel kernel, Dcache dcache, Namei namei) {
        k = kernel;
        mem = kernel.mem;
        this.dcache = dcache;
        this.namei = namei;
    }

    boolean step(int t, int pc) {
        int inode = k.inode(mem[t + T_INODE]);
        switch (pc) {
            case Pc.UNLINK:
                return namei.begin(t, Pc.UNLINK_FOUND);
            case Pc.UNLINK_FOUND:
                found(t);
                return true;
            case Pc.UNLINK_INC:
                mem[inode + I_COUNT]++;
                k.go(t, Pc.UNLINK_NLINK);
                return true;
            case Pc.UNLINK_NLINK:
                if (!k.isFree(inode + I_MUTEX)) {
                    return false;
                }
                dropLink(inode);
                dDelete(t);
                return true;
            case Pc.UNLINK_DPUT:
                int put = dcache.put(mem[t + T_DENTRY] - 1);
                mem[t + T_DENTRY] = 0;
                if (put >= 0) {
                    k.call(t, Pc.IPUT, Pc.UNLINK_UNLOCK);
                    return true;
                }
                k.unlock(DIR_MUTEX);
                k.call(t, Pc.IPUT, Pc.UNLINK_DONE);
                return true;
            case Pc.UNLINK_UNLOCK:
                k.unlock(DIR_MUTEX);
                k.call(t, Pc.IPUT, Pc.UNLINK_DONE);
                return true;
            case Pc.UNLINK_DONE:
                if (k.strikes(Fault.PUT_TWICE)) {
                    k.call(t, Pc.IPUT, Pc.UNLINK_PUT_AGAIN);
                    return true;
                }
                mem[t + T_INODE] = 0;
                k.ret(t);
                return true;
            default:
                mem[t + T_INODE] = 0;
                k.ret(t);
                return true;
        }
    }

    private void found(int t) {
        if (mem[t + T_DENTRY] == 0) {
            k.unlock(DIR_MUTEX);
            k.ret(t);
            return;
        }
        int slot = mem[k.dentry(mem[t + T_DENTRY] - 1) + D_INODE] - 1;
        mem[t + T_INODE] = slot;
        if (!k.rhel6) {
            k.probes.ihold(t, slot);
        }
        k.go(t, Pc.UNLINK_INC);
    }

    /** The name is gone from the directory; the inode lives on while somebody holds it. */
    void dropLink(int inode) {
        mem[inode + I_NLINK]--;
        int name = k.name(mem[inode + I_NAME] - 1);
        mem[inode + I_NAME] = 0;
        mem[name + N_EXISTS] = 0;
        mem[name + N_INODE] = 0;
        k.wake(name + N_INODE);
    }

    /** Nobody else uses the dentry: it becomes negative at once, else its last user will put the inode. */
    private void dDelete(int t) {
        int slot = mem[t + T_DENTRY] - 1;
        dcache.unhash(slot);
        int dentry = k.dentry(slot);
        if (mem[dentry + D_COUNT] == 1) {
            mem[dentry + D_INODE] = 0;
            k.call(t, Pc.IPUT, Pc.UNLINK_DPUT);
        } else {
            k.go(t, Pc.UNLINK_DPUT);
        }
    }
}
