package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

import dev.iputrace.sim.kernel.Era.Pin;

/**
 * Writes the dirty pages of an inode: called by the flusher, by kjournald2, by evict itself, by write_inode_now. Old
 * kernels make one io_end per page, new ones one per extent, and hold it until all its pages are submitted. With
 * delayed allocation the flusher is who puts the inode on the running transaction, in old kernels (new ones write
 * unwritten extents, which ordered mode need not wait for).
 */
final class WritePages {
    private static final int EXTENT_PAGES = 4;

    /** MAX_WRITEBACK_PAGES: the flusher leaves an inode that has more, and comes back. */
    private static final int CHUNK = 8;

    /** The disk takes so many requests at once; who has more waits. */
    static final int QUEUE_DEPTH = 12;

    private final Kernel k;
    private final int[] mem;

    WritePages(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    boolean step(int t, int pc, int choice) {
        int slot = mem[t + T_INODE];
        int inode = k.inode(slot);
        switch (pc) {
            case Pc.WRITEPAGES:
                return begin(t, slot, inode);
            case Pc.WRITEPAGES_MAP:
                int pages = Math.min(mem[inode + I_DIRTY_PAGES], k.exact ? 1 : EXTENT_PAGES);
                lockPages(slot, inode, pages);
                map(k.ioEnd(mem[t + T_IO_END]), pages, choice);
                k.go(t, pages == 0 ? Pc.WRITEPAGES_PUT : Pc.WRITEPAGES_SUBMIT);
                return true;
            case Pc.WRITEPAGES_SUBMIT:
                submit(t);
                return true;
            case Pc.WRITEPAGES_PUT:
                put(t);
                return true;
            default:
                return plain(t, slot);
        }
    }

    private boolean begin(int t, int slot, int inode) {
        boolean flusher = k.caller(t) == Pc.FLUSH_WRITTEN;
        if (mem[inode + I_DIRTY_PAGES] <= 0 || (flusher && !k.exact && ++mem[t + T_ARG] > CHUNK)) {
            k.ret(t);
        } else if (!k.exact && k.flightIoEnds.size() >= QUEUE_DEPTH) {
            return k.sleep(k.flightIoEnds.word());
        } else if (!k.old) {
            k.call(t, Pc.IO_END_INIT, Pc.WRITEPAGES_MAP);
        } else {
            if (!k.options.nodelalloc() && flusher) {
                Journal.attach(k, slot);
            }
            lockPages(slot, inode, 1);
            if (k.era.writebackIoEnds()) {
                k.call(t, Pc.IO_END_INIT, Pc.WRITEPAGES_SUBMIT);
            } else {
                k.go(t, Pc.WRITEPAGES_PLAIN);
            }
        }
        return true;
    }

    /** From here to the end of their writeback truncate waits for these pages. */
    private void lockPages(int slot, int inode, int pages) {
        mem[inode + I_DIRTY_PAGES] -= pages;
        k.dirtied(-pages);
        if (pages > 0) {
            mem[inode + I_WRITEBACK] += pages;
            k.writebackInodes.add(slot);
        }
    }

    /** Whether the blocks must be converted when written is up to the file, so to the choice. */
    private void map(int ioEnd, int pages, int choice) {
        mem[ioEnd + E_PAGES] = pages;
        mem[ioEnd + E_COUNT] = pages == 0 ? 1 : 2;
        if (pages > 0 && (choice & 1) != 0) {
            mem[ioEnd + E_FLAGS] |= IoEnd.UNWRITTEN;
        }
    }

    private void submit(int t) {
        int slot = mem[t + T_IO_END];
        k.flightIoEnds.add(slot);
        k.wake(k.flightIoEnds.word());
        if (k.old) {
            mem[k.ioEnd(slot) + E_PAGES] = 1;
            mem[t + T_IO_END] = 0;
            k.go(t, Pc.WRITEPAGES);
        } else {
            k.go(t, Pc.WRITEPAGES_PUT);
        }
    }

    /** ext4_put_io_end by the submitter: the last one if the bio is done already, or was never needed. */
    private void put(int t) {
        int slot = mem[t + T_IO_END];
        int ioEnd = k.ioEnd(slot);
        if (--mem[ioEnd + E_COUNT] == 0) {
            if ((mem[ioEnd + E_FLAGS] & IoEnd.UNWRITTEN) != 0) {
                k.queuedIoEnds.add(slot);
                k.wake(k.queuedIoEnds.word());
            } else if (k.pin == Pin.IGRAB || k.pin == Pin.IGRAB_CHECKED) {
                k.releasedIoEnds.add(slot);
                k.wake(k.releasedIoEnds.word());
            } else {
                k.call(t, Pc.IO_END_FREE, Pc.WRITEPAGES);
                return;
            }
        }
        mem[t + T_IO_END] = 0;
        k.go(t, Pc.WRITEPAGES);
    }

    private boolean plain(int t, int slot) {
        int ioEnd = k.slab.newIoEnd(slot, IoEnd.PLAIN);
        if (ioEnd < 0) {
            return k.sleep(k.freeIoEnds.word());
        }
        mem[t + T_IO_END] = ioEnd;
        submit(t);
        return true;
    }
}
