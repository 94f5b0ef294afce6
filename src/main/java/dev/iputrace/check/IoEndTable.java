package dev.iputrace.check;

/**
 * The ledger of io_ends by address: 32 bytes a slot, freed ones stay so that a second free is seen as such. Open
 * addressing as in {@link InodeTable}. When full, freed ones are forgotten first.
 *
 * <p>Hot path: once per io_end event; allocates nothing except when it grows.
 */
final class IoEndTable {
    static final int SLOT_LONGS = 4;
    static final int ABSENT = -1;

    static final long LIVE = 1;
    /** The igrab of its init was refused: its free gives back a reference that nobody took. */
    static final long UNPINNED = 2;
    /** Initialised again before its free was seen: the two events may have overtaken each other. */
    static final long OVERLAP = 4;
    /** Already reported as live for too long. */
    static final long REPORTED = 8;
    /** Of two inits one free has come: that it is live rests on older events than its own init. */
    static final long DOUBTED = 16;

    static final int GENERATION_SHIFT = 8;
    private static final long FLAGS_MASK = (1 << GENERATION_SHIFT) - 1;

    private static final long FIBONACCI = 0x9e3779b97f4a7c15L;
    private static final int LOG_SLOTS_MIN = 8;
    private static final int VICTIMS_TRIED = 64;

    private static final int INODE = 1;
    private static final int TS_NS = 2;
    private static final int FLAGS = 3;

    private final int ioEndsMax;
    private long[] slots;
    private int shift;
    private int mask;
    private int size;
    private long live;
    private long evicted;
    private int hand;

    IoEndTable(int ioEndsMax) {
        this.ioEndsMax = ioEndsMax;
        slots = new long[SLOT_LONGS << LOG_SLOTS_MIN];
        shift = 64 - LOG_SLOTS_MIN;
        mask = slots.length - 1;
    }

    int find(long ioEnd) {
        int at = home(ioEnd);
        while (true) {
            long key = slots[at];
            if (key == ioEnd) {
                return at;
            }
            if (key == 0) {
                return ABSENT;
            }
            at = (at + SLOT_LONGS) & mask;
        }
    }

    /** {@code ioEnd} is not 0. */
    int obtain(long ioEnd) {
        int at = find(ioEnd);
        if (at != ABSENT) {
            return at;
        }
        if (size >= ioEndsMax) {
            evictOne();
        } else if (size * 2 * SLOT_LONGS >= slots.length) {
            grow();
        }
        size++;
        at = home(ioEnd);
        while (slots[at] != 0) {
            at = (at + SLOT_LONGS) & mask;
        }
        slots[at] = ioEnd;
        return at;
    }

    void set(int at, long inode, long tsNs, long flags, int generation) {
        live += (flags & LIVE) - (slots[at + FLAGS] & LIVE);
        slots[at + INODE] = inode;
        slots[at + TS_NS] = tsNs;
        slots[at + FLAGS] = flags | (long) generation << GENERATION_SHIFT;
    }

    /** Live, and no other flag. */
    boolean isJustLive(int at) {
        return (slots[at + FLAGS] & FLAGS_MASK) == LIVE;
    }

    boolean isFree(int at) {
        return (slots[at + FLAGS] & FLAGS_MASK) == 0;
    }

    /** As {@link #set} to live of one that {@link #isFree}. */
    void begin(int at, long inode, long tsNs, int generation) {
        live++;
        slots[at + INODE] = inode;
        slots[at + TS_NS] = tsNs;
        slots[at + FLAGS] = LIVE | (long) generation << GENERATION_SHIFT;
    }

    /** As {@link #set} to freed of one that {@link #isJustLive}. */
    void end(int at, long tsNs) {
        live--;
        slots[at + TS_NS] = tsNs;
        slots[at + FLAGS] &= ~LIVE;
    }

    void flag(int at, long flag) {
        slots[at + FLAGS] |= flag;
    }

    long ioEnd(int at) {
        return slots[at];
    }

    long inode(int at) {
        return slots[at + INODE];
    }

    /** Inode of this io_end, 0 when it is not known. */
    long inodeOf(long ioEnd) {
        int at = find(ioEnd);
        return at == ABSENT ? 0 : slots[at + INODE];
    }

    /** Of the init while live, of the free after it. */
    long tsNs(int at) {
        return slots[at + TS_NS];
    }

    boolean has(int at, long flag) {
        return (slots[at + FLAGS] & flag) != 0;
    }

    /** Life of the inode at the init. */
    int generation(int at) {
        return (int) (slots[at + FLAGS] >>> GENERATION_SHIFT);
    }

    long live() {
        return live;
    }

    long evicted() {
        return evicted;
    }

    /** For walks over all slots, in steps of {@link #SLOT_LONGS}; {@link #ioEnd} is 0 in free ones. */
    int end() {
        return slots.length;
    }

    private int home(long ioEnd) {
        return (int) ((ioEnd * FIBONACCI) >>> shift) * SLOT_LONGS;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        shift--;
        mask = slots.length - 1;
        for (int from = 0; from < old.length; from += SLOT_LONGS) {
            if (old[from] != 0) {
                int at = home(old[from]);
                while (slots[at] != 0) {
                    at = (at + SLOT_LONGS) & mask;
                }
                System.arraycopy(old, from, slots, at, SLOT_LONGS);
            }
        }
    }

    private void evictOne() {
        int victim = ABSENT;
        for (int tried = 0; tried < VICTIMS_TRIED && (victim == ABSENT || has(victim, LIVE)); ) {
            hand = (hand + SLOT_LONGS) & mask;
            if (slots[hand] != 0) {
                tried++;
                victim = hand;
            }
        }
        evicted += slots[victim + FLAGS] & LIVE;
        live -= slots[victim + FLAGS] & LIVE;
        remove(victim);
    }

    private void remove(int at) {
        int hole = at;
        for (int next = (at + SLOT_LONGS) & mask; slots[next] != 0; next = (next + SLOT_LONGS) & mask) {
            if (((next - home(slots[next])) & mask) >= ((next - hole) & mask)) {
                System.arraycopy(slots, next, slots, hole, SLOT_LONGS);
                hole = next;
            }
        }
        for (int i = 0; i < SLOT_LONGS; i++) {
            slots[hole + i] = 0;
        }
        size--;
    }
}
