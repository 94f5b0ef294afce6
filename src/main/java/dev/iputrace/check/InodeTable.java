package dev.iputrace.check;

import dev.iputrace.model.InodeState;

/**
 * Inode address to {@link InodeState}: open addressing with linear probing in one {@code long[]}, 16 bytes a slot, at
 * most half full, so 32 to 64 bytes per inode. Grows by doubling up to its bound, then forgets: dead inodes first,
 * never one with live io_ends while there is another.
 *
 * <p>Hot path: {@link #find} runs once per kernel event; allocates nothing except when it grows.
 */
final class InodeTable {
    static final int SLOT_LONGS = 2;
    static final int ABSENT = -1;
    static final int OTHER = -2;

    private static final long FIBONACCI = 0x9e3779b97f4a7c15L;
    private static final int LOG_SLOTS_MIN = 10;
    private static final int VICTIMS_TRIED = 64;

    private final long inodesMax;
    private long[] slots;
    private int shift;
    private int mask;
    private long size;
    private long evicted;
    private int hand;

    InodeTable(long inodesMax) {
        this.inodesMax = inodesMax;
        slots = new long[SLOT_LONGS << LOG_SLOTS_MIN];
        shift = 64 - LOG_SLOTS_MIN;
        mask = slots.length - 1;
    }

    /** Where this inode's slot is, valid until the next {@link #obtain}; {@link #ABSENT} when not in the table. */
    int find(long inode) {
        long[] table = slots;
        int at = (int) ((inode * FIBONACCI) >>> shift) << 1;
        while (true) {
            long key = table[at];
            if (key == inode) {
                return at;
            }
            if (key == 0) {
                return ABSENT;
            }
            at = (at + SLOT_LONGS) & mask;
        }
    }

    /** As {@link #find}; {@link #OTHER} when it is dead there or has not this identity, or is 0. */
    int known(long inode, int sDev, long iIno) {
        long[] table = slots;
        int at = (int) ((inode * FIBONACCI) >>> shift) << 1;
        long key = table[at];
        while (key != inode) {
            if (key == 0) {
                return ABSENT;
            }
            at = (at + SLOT_LONGS) & mask;
            key = table[at];
        }
        return InodeState.isAliveAs(table[at + 1], InodeState.identity(sDev, iIno)) ? at : OTHER;
    }

    /** Touches where {@code inode} would be, so that it is in the cache when {@link #find} comes for it. */
    long warm(long inode) {
        return slots[(int) ((inode * FIBONACCI) >>> shift) << 1];
    }

    /** As {@link #find}, made in state 0 when absent. {@code inode} is not 0. */
    int obtain(long inode) {
        int at = find(inode);
        if (at != ABSENT) {
            return at;
        }
        if (size >= inodesMax) {
            evictOne();
        } else if (size * 2 * SLOT_LONGS >= slots.length) {
            grow();
        }
        size++;
        return place(slots, inode, 0);
    }

    long inode(int at) {
        return slots[at];
    }

    long state(int at) {
        return slots[at + 1];
    }

    void state(int at, long state) {
        slots[at + 1] = state;
    }

    long size() {
        return size;
    }

    /** Inodes forgotten because the table was full. */
    long evicted() {
        return evicted;
    }

    /** For walks over all slots, in steps of {@link #SLOT_LONGS}; {@link #inode} is 0 in free ones. */
    int end() {
        return slots.length;
    }

    long bytes() {
        return 8L * slots.length;
    }

    private int place(long[] table, long inode, long state) {
        int at = (int) ((inode * FIBONACCI) >>> shift) << 1;
        while (table[at] != 0) {
            at = (at + SLOT_LONGS) & mask;
        }
        table[at] = inode;
        table[at + 1] = state;
        return at;
    }

    private void grow() {
        long[] old = slots;
        long[] larger = new long[old.length * 2];
        shift--;
        mask = larger.length - 1;
        for (int at = 0; at < old.length; at += SLOT_LONGS) {
            if (old[at] != 0) {
                place(larger, old[at], old[at + 1]);
            }
        }
        slots = larger;
    }

    /** The hand goes round; of the next few inodes the least worth goes. */
    private void evictOne() {
        int victim = ABSENT;
        int worth = Integer.MAX_VALUE;
        for (int tried = 0; tried < VICTIMS_TRIED && worth > 0; ) {
            hand = (hand + SLOT_LONGS) & mask;
            if (slots[hand] != 0) {
                tried++;
                int candidate = worth(slots[hand + 1]);
                if (candidate < worth) {
                    worth = candidate;
                    victim = hand;
                }
            }
        }
        remove(victim);
        evicted++;
    }

    private static int worth(long state) {
        int phase = InodeState.phase(state);
        if (InodeState.ioEnds(state) > 0) {
            return 3;
        }
        return phase == InodeState.DEAD || phase == InodeState.UNSEEN ? 0 : phase == InodeState.ALIVE ? 1 : 2;
    }

    /** Closes the hole, so that linear probing needs no tombstones. */
    private void remove(int at) {
        long[] table = slots;
        int hole = at;
        for (int next = (at + SLOT_LONGS) & mask; table[next] != 0; next = (next + SLOT_LONGS) & mask) {
            int home = (int) ((table[next] * FIBONACCI) >>> shift) << 1;
            if (((next - home) & mask) >= ((next - hole) & mask)) {
                table[hole] = table[next];
                table[hole + 1] = table[next + 1];
                hole = next;
            }
        }
        table[hole] = 0;
        table[hole + 1] = 0;
        size--;
    }
}
