package dev.iputrace.check;

import dev.iputrace.event.EventView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The last events of all inodes in one ring. Hot path: one call per kernel event; allocates nothing. */
final class History {
    private final long[] cells;
    private final int mask;
    private long added;

    /** {@code size} cells, a power of two, or 0 for no history. */
    History(int size) {
        cells = new long[size * Cells.LONGS];
        mask = size - 1;
    }

    void add(EventView event, long inode) {
        if (mask >= 0) {
            Cells.copy(event, inode, cells, (int) (added++ & mask) * Cells.LONGS);
        }
    }

    /** Events of this inode address that are still here, oldest first, at most {@code max}. */
    List<Seen> of(long inode, int max) {
        List<Seen> found = new ArrayList<>();
        long oldest = Math.max(0, added - mask - 1);
        for (long i = added - 1; i >= oldest && found.size() < max; i--) {
            int at = (int) (i & mask) * Cells.LONGS;
            if (cells[at + Cells.INODE] == inode) {
                found.add(Cells.seen(cells, at));
            }
        }
        Collections.reverse(found);
        return found;
    }
}
