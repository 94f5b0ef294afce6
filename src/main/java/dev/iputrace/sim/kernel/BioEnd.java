package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

import dev.iputrace.sim.kernel.Era.Pin;

/**
 * The disk says that a write is done, in interrupt context: ext4_end_io_buffer_write (2.6.34 on), ext4_end_bio (2.6.37
 * on), ext4_end_io_dio. In which order they end the writeback of the page and pass the io_end on is what decides
 * whether evict can overtake the worker.
 */
final class BioEnd {
    private final Kernel k;
    private final int[] mem;

    BioEnd(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    boolean step(int t, int pc, int choice) {
        switch (pc) {
            case Pc.IRQ_IDLE:
                return take(t, choice);
            case Pc.IRQ_END_WRITEBACK:
                endWriteback(t);
                k.go(t, Pc.IRQ_QUEUE_AFTER);
                return true;
            case Pc.IRQ_QUEUE_AFTER:
                passOn(t, Pc.IRQ_DONE);
                return true;
            case Pc.IRQ_PUT_IO_END:
                putIoEnd(t);
                return true;
            case Pc.IRQ_FINISH_BIO:
                endWriteback(t);
                done(t);
                return true;
            case Pc.IRQ_DIO:
                endDio(t);
                return true;
            case Pc.IRQ_AIO_COMPLETE:
                aioComplete(k, t);
                done(t);
                return true;
            default:
                // Freed on the spot, see passOn.
                done(t);
                return true;
        }
    }

    private boolean take(int t, int choice) {
        int slot = k.pick(k.flightIoEnds, choice, k.at.sizes.ioEnds());
        if (slot < 0) {
            return k.sleep(k.flightIoEnds.word());
        }
        k.flightIoEnds.remove(slot);
        if (k.flightIoEnds.size() <= WritePages.QUEUE_DEPTH / 2) {
            k.wake(k.flightIoEnds.word());
        }
        int ioEnd = k.ioEnd(slot);
        int flags = mem[ioEnd + E_FLAGS];
        mem[t + T_IO_END] = slot;
        mem[t + T_INODE] = mem[ioEnd + E_INODE];
        mem[t + T_ARG] = mem[ioEnd + E_PAGES];
        mem[t + T_DENTRY] = mem[ioEnd + E_FILE];
        mem[t + T_NAME] = mem[ioEnd + E_TASK];
        boolean aio = (flags & IoEnd.AIO) != 0;
        if ((flags & IoEnd.PLAIN) != 0) {
            k.slab.freeIoEnd(slot);
            mem[t + T_IO_END] = 0;
            k.go(t, aio ? Pc.IRQ_AIO_COMPLETE : Pc.IRQ_FINISH_BIO);
        } else if (aio) {
            k.go(t, Pc.IRQ_DIO);
        } else if (k.rhel6) {
            passOn(t, Pc.IRQ_FINISH_BIO);
        } else {
            k.go(t, k.old ? Pc.IRQ_END_WRITEBACK : Pc.IRQ_PUT_IO_END);
        }
        return true;
    }

    /** To the workqueue; while unmounting, freed on the spot ("sb umounted, discard end_io request"). */
    private void passOn(int t, int next) {
        if (mem[MS_ACTIVE] == 0) {
            k.call(t, Pc.IO_END_FREE, next);
            return;
        }
        queue(t);
        if (next == Pc.IRQ_DONE) {
            done(t);
        } else {
            k.go(t, next);
        }
    }

    private void queue(int t) {
        k.queuedIoEnds.add(mem[t + T_IO_END]);
        k.wake(k.queuedIoEnds.word());
        mem[t + T_IO_END] = 0;
    }

    /** ext4_end_bio: what is unwritten keeps its bio until it is converted; else the put comes before the pages. */
    private void putIoEnd(int t) {
        int slot = mem[t + T_IO_END];
        int ioEnd = k.ioEnd(slot);
        boolean last = --mem[ioEnd + E_COUNT] == 0;
        if ((mem[ioEnd + E_FLAGS] & IoEnd.UNWRITTEN) != 0) {
            if (last) {
                queue(t);
            }
            done(t);
        } else if (!last) {
            k.go(t, Pc.IRQ_FINISH_BIO);
        } else if (k.pin == Pin.IGRAB || k.pin == Pin.IGRAB_CHECKED) {
            k.releasedIoEnds.add(slot);
            k.wake(k.releasedIoEnds.word());
            k.go(t, Pc.IRQ_FINISH_BIO);
        } else {
            k.call(t, Pc.IO_END_FREE, Pc.IRQ_FINISH_BIO);
        }
    }

    private void endWriteback(int t) {
        endWriteback(k, mem[t + T_INODE], mem[t + T_ARG]);
    }

    static void endWriteback(Kernel k, int slot, int pages) {
        int writeback = k.inode(slot) + I_WRITEBACK;
        k.mem[writeback] -= pages;
        if (k.mem[writeback] <= 0) {
            k.writebackInodes.remove(slot);
        }
        k.wake(writeback);
    }

    /** ext4_end_io_dio: written extents free the io_end here, with its iput, while the kiocb still holds the file. */
    private void endDio(int t) {
        if ((mem[k.ioEnd(mem[t + T_IO_END]) + E_FLAGS] & IoEnd.UNWRITTEN) == 0) {
            k.call(t, Pc.IO_END_FREE, Pc.IRQ_AIO_COMPLETE);
            return;
        }
        queue(t);
        if (k.rhel6) {
            k.go(t, Pc.IRQ_AIO_COMPLETE);
        } else {
            done(t);
        }
    }

    /** The kiocb lets go of its file; the last fput is left to a worker. */
    static void aioComplete(Kernel k, int t) {
        int[] mem = k.mem;
        int running = k.frame(mem[t + T_NAME]) + T_AIO;
        mem[running]--;
        k.wake(running);
        int slot = mem[t + T_DENTRY] - 1;
        int dentry = k.dentry(slot);
        if (mem[dentry + D_COUNT] > 1) {
            mem[dentry + D_COUNT]--;
        } else {
            k.fputDentries.add(slot);
            k.wake(k.fputDentries.word());
        }
    }

    private void done(int t) {
        k.idle(t, Pc.IRQ_IDLE);
    }
}
