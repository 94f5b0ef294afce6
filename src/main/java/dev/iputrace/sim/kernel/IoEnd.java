package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

import dev.iputrace.sim.kernel.Era.Pin;

/** ext4_init_io_end and ext4_free_io_end: how an io_end takes hold of its inode and lets go of it. */
final class IoEnd {
    /* E_FLAGS */
    static final int UNWRITTEN = 0x01;
    /** Direct I/O: a kiocb and its file wait for it. */
    static final int AIO = 0x02;
    /** A bio without io_end: no probe sees it. */
    static final int PLAIN = 0x04;
    /** The igrab was refused: this io_end holds nothing. */
    static final int REFUSED = 0x08;
    /** Freed once already. */
    static final int FREED = 0x10;

    private final Kernel k;
    private final int[] mem;

    IoEnd(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    boolean step(int t, int pc) {
        switch (pc) {
            case Pc.IO_END_INIT:
                return init(t);
            case Pc.IO_END_PINNED:
                if (mem[t + T_RESULT] == 0) {
                    mem[k.ioEnd(mem[t + T_IO_END]) + E_FLAGS] |= REFUSED;
                }
                mem[t + T_RESULT] = 0;
                initReturn(t);
                return true;
            default:
                return freeStep(t, pc);
        }
    }

    /** Where only an atomic or nothing happens between entry and return, both are one step. */
    private boolean init(int t) {
        int inode = mem[t + T_INODE];
        int slot = k.slab.newIoEnd(inode, 0);
        if (slot < 0) {
            return k.sleep(k.freeIoEnds.word());
        }
        k.probes.initEntry(t, inode);
        mem[t + T_IO_END] = slot;
        if (grabs()) {
            k.call(t, Pc.IGRAB, Pc.IO_END_PINNED);
            return true;
        }
        if (k.pin == Pin.IOEND_COUNT) {
            mem[k.inode(inode) + I_IOEND_COUNT]++;
        }
        initReturn(t);
        return true;
    }

    private boolean grabs() {
        return k.pin == Pin.IGRAB || k.pin == Pin.IGRAB_CHECKED;
    }

    private void initReturn(int t) {
        k.probes.initReturn(t, mem[t + T_INODE], mem[t + T_IO_END]);
        k.ret(t);
    }

    private boolean freeStep(int t, int pc) {
        int slot = mem[t + T_IO_END];
        switch (pc) {
            case Pc.IO_END_FREE:
                free(t, slot);
                return true;
            case Pc.IO_END_PUT_DONE:
                if (k.strikes(Fault.IO_END_FREED_TWICE)) {
                    mem[k.ioEnd(slot) + E_FLAGS] |= FREED;
                    k.go(t, Pc.IO_END_FREE_AGAIN);
                } else {
                    kfree(t, slot);
                }
                return true;
            case Pc.IO_END_FREE_AGAIN:
                k.probes.ioEndFree(t, slot);
                if (putsInode(slot)) {
                    k.call(t, Pc.IPUT, Pc.IO_END_PUT_AGAIN);
                } else {
                    k.go(t, Pc.IO_END_PUT_AGAIN);
                }
                return true;
            default:
                kfree(t, slot);
                return true;
        }
    }

    private void free(int t, int slot) {
        if (k.strikes(Fault.IO_END_LEAKED)) {
            k.probes.ioEndLeaked(slot);
            mem[t + T_IO_END] = 0;
            k.ret(t);
            return;
        }
        k.probes.ioEndFree(t, slot);
        int inode = mem[k.ioEnd(slot) + E_INODE];
        if (putsInode(slot)) {
            mem[t + T_INODE] = inode;
            k.call(t, Pc.IPUT, Pc.IO_END_PUT_DONE);
            return;
        }
        if (k.pin == Pin.IOEND_COUNT) {
            int count = k.inode(inode) + I_IOEND_COUNT;
            mem[count]--;
            k.wake(count);
        }
        k.go(t, Pc.IO_END_PUT_DONE);
    }

    /** The bug of era A: whether the igrab was refused is not remembered. */
    private boolean putsInode(int slot) {
        return k.pin == Pin.IGRAB || (k.pin == Pin.IGRAB_CHECKED && (mem[k.ioEnd(slot) + E_FLAGS] & REFUSED) == 0);
    }

    private void kfree(int t, int slot) {
        k.slab.freeIoEnd(slot);
        mem[t + T_IO_END] = 0;
        k.ret(t);
    }
}
