package dev.iputrace.tracefs;

/**
 * io_ends whose start was sent and whose end was not yet. Bounded: when full, no more are taken in, and their ends are
 * not sent. Allocates nothing.
 */
final class SentIoEnds {
    private static final int SLOTS = 1 << 15;
    private static final int MAX = SLOTS / 2;

    private final long[] slots = new long[SLOTS];
    private int size;

    private static int slot(long ioEnd) {
        return (int) ((ioEnd * 0x9E3779B97F4A7C15L) >>> 49);
    }

    /** False when there is no room: its end will not be sent. */
    boolean add(long ioEnd) {
        int at = slot(ioEnd);
        while (slots[at] != 0 && slots[at] != ioEnd) {
            at = (at + 1) % SLOTS;
        }
        if (slots[at] == ioEnd) {
            return true; // its last life ended unseen
        }
        if (size == MAX) {
            return false;
        }
        slots[at] = ioEnd;
        size++;
        return true;
    }

    /** False when it was not there. */
    boolean remove(long ioEnd) {
        int at = slot(ioEnd);
        while (slots[at] != ioEnd) {
            if (slots[at] == 0) {
                return false;
            }
            at = (at + 1) % SLOTS;
        }
        slots[at] = 0;
        size--;
        // What stands behind it in the same run may have wanted this slot.
        for (int next = (at + 1) % SLOTS; slots[next] != 0; next = (next + 1) % SLOTS) {
            long moved = slots[next];
            slots[next] = 0;
            int to = slot(moved);
            while (slots[to] != 0) {
                to = (to + 1) % SLOTS;
            }
            slots[to] = moved;
        }
        return true;
    }
}
