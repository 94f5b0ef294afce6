package dev.iputrace.sim.kernel;

import dev.iputrace.event.Flag;
import dev.iputrace.event.StateBits;

/** i_state as the fake kernel keeps it, and as the kernel of an era lays it out. */
final class InodeState {
    static final int NEW = 0x01;
    /** I_DIRTY_SYNC, I_DIRTY_DATASYNC and I_DIRTY_PAGES at once. */
    static final int DIRTY = 0x02;

    static final int WILL_FREE = 0x04;
    static final int FREEING = 0x08;
    static final int CLEAR = 0x10;
    static final int SYNC = 0x20;
    static final int DIRTY_TIME = 0x40;
    private static final int NR = 0x80;

    /** igrab refuses. */
    static final int NO_GRAB = FREEING | CLEAR | WILL_FREE;

    private final int[] raw = new int[NR];
    private final int[] flags = new int[NR];

    InodeState(Era era) {
        int[] bits = rawBits(era);
        for (int state = 0; state < NR; state++) {
            for (int bit = 0; bit < bits.length; bit++) {
                raw[state] |= (state & 1 << bit) != 0 ? bits[bit] : 0;
            }
            flags[state] = ((state & FREEING) != 0 ? Flag.FREEING : 0)
                    | ((state & WILL_FREE) != 0 ? Flag.WILL_FREE : 0)
                    | ((state & CLEAR) != 0 ? Flag.CLEAR : 0);
        }
    }

    private static int[] rawBits(Era era) {
        StateBits bits = era.stateBits();
        int willFree = bits.willFree();
        int freeing = bits.freeing();
        int clear = bits.clear();
        return switch (era) {
            case RHEL6_279, RHEL6_279_STOCK -> new int[] {0x8, 0x7, willFree, freeing, clear, 0x100, 0};
            case F7AD6D2E -> new int[] {0x8, 0x7, willFree, freeing, clear, 0x80, 0};
            case MODERN -> new int[] {0x1, 0x38, willFree, freeing, clear, 0x2, 0x800};
            case SILENT -> new int[] {0x1, 0x70, willFree, freeing, clear, 0x2, 0x1000};
        };
    }

    /** The bits that tell how far an inode is on its way out, each with a space before it. */
    static String describe(int state) {
        return ((state & SYNC) != 0 ? " I_SYNC" : "")
                + ((state & WILL_FREE) != 0 ? " I_WILL_FREE" : "")
                + ((state & FREEING) != 0 ? " I_FREEING" : "")
                + ((state & CLEAR) != 0 ? " I_CLEAR" : "");
    }

    int raw(int state) {
        return raw[state];
    }

    int flags(int state) {
        return flags[state];
    }
}
