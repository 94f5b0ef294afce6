package dev.iputrace.tracefs;

/**
 * io_ends whose start was sent and whose end was not yet. One address can be there twice: CPUs are merged by time
 * within a bound, so on a starved machine the start of its next life can come before the end of this one. Bounded: when
 * full, no more are taken in, and their ends are not sent. Allocates nothing.
 */
final class SentIoEnds {
    private static final int SLOTS = 1 << 15;
    private static final int MAX = SLOTS / 2;
    /** More would only gather what lost events leave behind. */
    private static final int LIVES_MAX = 2;

    private final long[] slots = new long[SLOTS];
    private int size;

    private static int slot(long ioEnd) {
        return (int) ((ioEnd * 0x9E3779B97F4A7C15L) >>> 49);
    }

    void add(long ioEnd) {
        int lives = 0;
        int at = slot(ioEnd);
        for (; slots[at] != 0; at = (at + 1) % SLOTS) {
            lives += slots[at] == ioEnd ? 1 : 0;
        }
        if (lives < LIVES_MAX && size < MAX) {
            slots[at] = ioEnd;
            size++;
        }
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
