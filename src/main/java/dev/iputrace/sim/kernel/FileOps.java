package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/** write, read, close and asynchronous direct I/O on the open file of a task. */
final class FileOps {
    private static final int WRITE_PAGES = 8;
    private static final int FILE_PAGES_MAX = 64;
    private static final int AIO_MAX = 4;
    private static final int COMMIT_AT_INODES = 16;

    /** Pages under writeback count as dirty: without such a bound, those who work io_ends off could run out of them. */
    private static final int IO_ENDS_BUSY_MAX = 96;

    private final Kernel k;
    private final int[] mem;
    private final Dcache dcache;

    FileOps(Kernel kernel, Dcache dcache) {
        k = kernel;
        mem = kernel.mem;
        this.dcache = dcache;
    }

    boolean step(int t, int pc, int choice) {
        switch (pc) {
            case Pc.WRITE:
                return write(t, choice);
            case Pc.READ:
                return read(t);
            case Pc.CLOSE:
                close(t);
                return true;
            case Pc.AIO_SUBMIT:
                return submit(t);
            case Pc.AIO_QUEUED:
                return queued(t, choice);
            case Pc.AIO_BATCH_FREE:
            case Pc.CLOSE_DONE:
                mem[t + T_INODE] = 0;
                k.ret(t);
                return true;
            default:
                return fput(t, choice);
        }
    }

    private int openInode(int t) {
        return mem[k.dentry(mem[t + T_FD] - 1) + D_INODE] - 1;
    }

    private boolean write(int t, int choice) {
        int slot = openInode(t);
        int inode = k.inode(slot);
        if (mem[DIRTY_TOTAL] >= Kernel.DIRTY_MAX && !k.exact) {
            k.kick(FLUSH_KICK, 1);
            return k.sleep(DIRTY_TOTAL);
        }
        if (k.at.sizes.ioEnds() - k.freeIoEnds.size() >= IO_ENDS_BUSY_MAX && !k.exact) {
            return k.sleep(k.freeIoEnds.word());
        }
        if (!k.isFree(inode + I_MUTEX) || !k.isFree(k.stateLock(inode))) {
            return false;
        }
        int pages = k.exact ? 1 : 1 + (choice >>> 8) % WRITE_PAGES;
        if (mem[inode + I_DIRTY_PAGES] < FILE_PAGES_MAX) {
            mem[inode + I_DIRTY_PAGES] += pages;
            k.dirtied(pages);
        }
        int state = (mem[inode + I_STATE] & ~InodeState.DIRTY_TIME) | InodeState.DIRTY;
        mem[inode + I_STATE] = state;
        if ((state & InodeState.SYNC) == 0) {
            k.dirtyInodes.add(slot);
        }
        if (k.options.nodelalloc()) {
            Journal.attach(k, slot);
            if (k.runningInodes.size() > COMMIT_AT_INODES) {
                k.kick(COMMIT_KICK, 1);
            }
        }
        if (mem[DIRTY_TOTAL] >= Kernel.DIRTY_MAX / 2 && !k.exact) {
            k.kick(FLUSH_KICK, 1);
        }
        k.ret(t);
        return true;
    }

    private boolean read(int t) {
        int inode = k.inode(openInode(t));
        if (!k.isFree(k.stateLock(inode))) {
            return false;
        }
        if (k.era.lazytime() && (mem[inode + I_STATE] & InodeState.DIRTY) == 0) {
            mem[inode + I_STATE] |= InodeState.DIRTY_TIME;
        }
        k.ret(t);
        return true;
    }

    private void close(int t) {
        int put = dcache.put(mem[t + T_FD] - 1);
        mem[t + T_FD] = 0;
        if (put < 0) {
            k.ret(t);
            return;
        }
        if (k.strikes(Fault.PUT_FORGOTTEN)) {
            k.probes.cause(Cause.FORGOTTEN_PUT, put);
            k.ret(t);
            return;
        }
        mem[t + T_INODE] = put;
        k.call(t, Pc.IPUT, Pc.CLOSE_DONE);
    }

    /** io_submit: the kiocb holds the file until its I/O is done. */
    private boolean submit(int t) {
        if (mem[t + T_AIO] >= AIO_MAX) {
            return k.sleep(t + T_AIO);
        }
        int dentry = mem[t + T_FD];
        int slot = openInode(t);
        dcache.get(dentry - 1);
        mem[t + T_DENTRY] = dentry;
        mem[t + T_INODE] = slot;
        mem[t + T_AIO]++;
        if (k.rhel6) {
            // aio_batch_add: a bare atomic_inc, put by aio_batch_free.
            mem[k.inode(slot) + I_COUNT]++;
        }
        if (k.era.directIoEnds()) {
            k.call(t, Pc.IO_END_INIT, Pc.AIO_QUEUED);
        } else {
            k.go(t, Pc.AIO_QUEUED);
        }
        return true;
    }

    private boolean queued(int t, int choice) {
        int slot = mem[t + T_IO_END];
        if (!k.era.directIoEnds()) {
            slot = k.slab.newIoEnd(mem[t + T_INODE], IoEnd.PLAIN);
            if (slot < 0) {
                return k.sleep(k.freeIoEnds.word());
            }
        }
        int ioEnd = k.ioEnd(slot);
        mem[ioEnd + E_FLAGS] |= IoEnd.AIO | ((choice & 1) != 0 ? IoEnd.UNWRITTEN : 0);
        mem[ioEnd + E_FILE] = mem[t + T_DENTRY];
        mem[ioEnd + E_TASK] = k.task;
        k.flightIoEnds.add(slot);
        k.wake(k.flightIoEnds.word());
        mem[t + T_IO_END] = 0;
        mem[t + T_DENTRY] = 0;
        if (k.rhel6) {
            k.call(t, Pc.IPUT, Pc.AIO_BATCH_FREE);
        } else {
            mem[t + T_INODE] = 0;
            k.ret(t);
        }
        return true;
    }

    /** The worker that does the last fput of a file whose kiocb ended in an interrupt. */
    private boolean fput(int t, int choice) {
        int slot = k.pick(k.fputDentries, choice, k.at.sizes.dentries());
        if (slot < 0) {
            return k.sleep(k.fputDentries.word());
        }
        mem[t + T_INODE] = 0;
        k.fputDentries.remove(slot);
        int put = dcache.put(slot);
        if (put >= 0) {
            mem[t + T_INODE] = put;
            k.call(t, Pc.IPUT, Pc.FPUT_IDLE);
        }
        return true;
    }
}
