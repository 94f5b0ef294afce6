package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

import dev.iputrace.sim.kernel.Era.Pin;

/**
 * The workers that convert written extents and free their io_ends: ext4_end_aio_dio_work (RHEL 6), ext4_end_io_work
 * (2.6.37), ext4_end_io_rsv_work (3.11 on); and, where a fault makes new kernels hold inodes by igrab, the worker of
 * the deferred iput.
 */
final class IoEndWork {
    private final Kernel k;
    private final int[] mem;

    IoEndWork(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    boolean step(int t, int pc, int choice) {
        switch (pc) {
            case Pc.WORK_IDLE:
                return take(t, choice);
            case Pc.WORK_MUTEX:
                if (!k.lock(k.inode(mem[t + T_INODE]) + I_MUTEX)) {
                    return false;
                }
                convert(t);
                return true;
            case Pc.WORK_CONVERT:
                convert(t);
                return true;
            case Pc.WORK_UNLOCK:
                // 2.6.32-279 unlocks after ext4_free_io_end, when the inode may be gone; so does this.
                k.unlock(k.inode(mem[t + T_INODE]) + I_MUTEX);
                k.idle(t, Pc.WORK_IDLE);
                return true;
            case Pc.WORK_UNLOCK_FIRST:
                k.unlock(k.inode(mem[t + T_INODE]) + I_MUTEX);
                k.call(t, Pc.IO_END_FREE, Pc.WORK_FREED);
                return true;
            case Pc.WORK_FINISH_BIO:
                BioEnd.endWriteback(k, mem[t + T_INODE], mem[t + T_ARG]);
                k.idle(t, Pc.WORK_IDLE);
                return true;
            case Pc.WORK_FREED:
                k.idle(t, Pc.WORK_IDLE);
                return true;
            case Pc.IPUT_WORK_IDLE:
                return takeReleased(t, choice);
            default:
                k.idle(t, Pc.IPUT_WORK_IDLE);
                return true;
        }
    }

    private boolean take(int t, int choice) {
        int slot = k.pick(k.queuedIoEnds, choice, k.at.sizes.ioEnds());
        if (slot < 0) {
            return k.sleep(k.queuedIoEnds.word());
        }
        k.queuedIoEnds.remove(slot);
        mem[t + T_IO_END] = slot;
        mem[t + T_INODE] = mem[k.ioEnd(slot) + E_INODE];
        mem[t + T_ARG] = mem[k.ioEnd(slot) + E_PAGES];
        k.go(t, k.old ? Pc.WORK_MUTEX : Pc.WORK_CONVERT);
        return true;
    }

    private void convert(int t) {
        int slot = mem[t + T_IO_END];
        int ioEnd = k.ioEnd(slot);
        if (k.rhel6) {
            k.call(t, Pc.IO_END_FREE, Pc.WORK_UNLOCK);
        } else if (k.old) {
            if ((mem[ioEnd + E_FLAGS] & IoEnd.AIO) != 0) {
                mem[t + T_DENTRY] = mem[ioEnd + E_FILE];
                mem[t + T_NAME] = mem[ioEnd + E_TASK];
                BioEnd.aioComplete(k, t);
            }
            k.go(t, Pc.WORK_UNLOCK_FIRST);
        } else if (k.pin == Pin.IGRAB || k.pin == Pin.IGRAB_CHECKED) {
            k.releasedIoEnds.add(slot);
            k.wake(k.releasedIoEnds.word());
            mem[t + T_IO_END] = 0;
            k.go(t, Pc.WORK_FINISH_BIO);
        } else {
            k.call(t, Pc.IO_END_FREE, Pc.WORK_FINISH_BIO);
        }
    }

    private boolean takeReleased(int t, int choice) {
        int slot = k.pick(k.releasedIoEnds, choice, k.at.sizes.ioEnds());
        if (slot < 0) {
            return k.sleep(k.releasedIoEnds.word());
        }
        k.releasedIoEnds.remove(slot);
        mem[t + T_IO_END] = slot;
        mem[t + T_INODE] = mem[k.ioEnd(slot) + E_INODE];
        k.call(t, Pc.IO_END_FREE, Pc.IPUT_WORK_FREED);
        return true;
    }
}
