package dev.iputrace.check;

import dev.iputrace.event.EventRun;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The last events of all inodes, each as eight longs the way it lies in its cell: time; op, flags, cpu and seq; six
 * words. Events are taken in here, judged from here, and histories are made of what is still here.
 *
 * <p>Hot path: {@link #add} runs once per kernel event; allocates nothing.
 */
final class CellRing {
    static final int LONGS = 8;
    static final int HEAD = 1;
    static final int INODE = 2;
    static final int IO_END = 3;
    static final int I_INO = 4;
    static final int CALLER = 5;
    /** s_dev in the low half, i_count in the high one. */
    static final int DEV_COUNT = 6;
    /** i_state in the low half, tid in the high one. */
    static final int STATE_TID = 7;

    /** So many of the oldest may have been written over by cells of a run that were taken back. */
    private static final int SPOILED_MAX = 64;

    /** By which {@link #cpuAndSeq} of two events of one CPU that follow each other differ, until seq wraps. */
    static final long SEQ_STEP = 1 << 16;

    static final int IN_IO_END = (Flag.IN_IO_END_INIT | Flag.IN_IO_END_FREE) << 8;
    private static final int KIND = 0xffff & ~(Flag.UNLINKED << 8) & ~IN_IO_END;

    private static final Comparator<Seen> BY_TIME =
            Comparator.comparingLong(Seen::tsNs).thenComparingInt(Seen::cpu).thenComparingInt(Seen::seq);

    final long[] cells;
    private final int mask;
    /** Keeps what {@link #warm} reads from being optimised away. */
    long warmed;

    private long added;
    private long judged;

    /** {@code size} cells, a power of two. */
    CellRing(int size) {
        cells = new long[size * LONGS];
        mask = size - 1;
    }

    void add(EventView event) {
        long[] to = cells;
        int at = at(added++);
        to[at] = event.tsNs();
        to[at + HEAD] = event.head();
        to[at + INODE] = event.word(0);
        to[at + IO_END] = event.word(1);
        to[at + I_INO] = event.word(2);
        to[at + CALLER] = event.word(3);
        to[at + DEV_COUNT] = event.word(4);
        to[at + STATE_TID] = event.word(5);
    }

    /** Takes cells of a run, {@code count} or as many as fit in before the ring begins anew. Returns their number. */
    int add(EventRun run, int first, int count) {
        int from = (int) added & mask;
        int fitting = Math.min(count, mask + 1 - from);
        run.copy(first, fitting, cells, from * LONGS);
        added += fitting;
        return fitting;
    }

    /** How many events that wait, from the first, lie one behind the other. */
    int contiguous() {
        return Math.min(waiting(), mask + 1 - ((int) judged & mask));
    }

    /** The head of the event that will be judged after {@code ahead} others. */
    long head(int ahead) {
        return cells[ahead(ahead) + HEAD];
    }

    /** The time of the event that will be judged after {@code ahead} others. */
    long tsNs(int ahead) {
        return cells[ahead(ahead)];
    }

    /** Touches the slots of the inodes of the waiting events: they are in the cache when the events are judged. */
    void warm(int waiting, InodeTable inodes, IoEndTable ioEnds) {
        long sum = 0;
        int at = at(judged);
        for (int i = 0; i < waiting; i++) {
            long inode = cells[at + INODE];
            sum += inodes.warm(inode != 0 ? inode : ioEnds.inodeOf(cells[at + IO_END]));
            at = after(at);
        }
        warmed += sum;
    }

    /** Takes back the last {@code count} events, which are not judged yet. */
    void takeBack(int count) {
        added -= count;
    }

    /** Events taken in and not judged yet. */
    int waiting() {
        return (int) (added - judged);
    }

    /** Where the next event to be judged lies in {@link #cells}; it counts as judged from now on. */
    int next() {
        return at(judged++);
    }

    /** So many more count as judged. */
    void judged(int count) {
        judged += count;
    }

    /** Where the event lies that will be judged after {@code ahead} others. */
    int ahead(int ahead) {
        return at(judged + ahead);
    }

    /** Where the event behind the one at this place lies. */
    int after(int at) {
        return (at + LONGS) & (mask * LONGS + LONGS - 1);
    }

    /** Events of this inode address that were judged last and are still here, at most {@code max}, by time. */
    List<Seen> history(long inode, int max) {
        List<Seen> found = new ArrayList<>();
        long oldest = Math.max(0, added - mask - 1 + SPOILED_MAX);
        for (long i = judged - 1; i >= oldest && found.size() < max; i--) {
            int at = at(i);
            if (cells[at + INODE] == inode) {
                found.add(seen(cells, at));
            }
        }
        // A call is told at its return, with the time of its entry.
        found.sort(BY_TIME);
        return found;
    }

    private int at(long number) {
        return ((int) number & mask) * LONGS;
    }

    static int op(long head) {
        return (int) head & 0xff;
    }

    static int flags(long head) {
        return (int) head >>> 8 & 0xff;
    }

    static int cpu(long head) {
        return (int) head >>> 16;
    }

    static int seq(long head) {
        return (int) (head >>> 32);
    }

    /** The op alone when no flag says more than {@link Flag#UNLINKED} or {@link #isInIoEnd}; else more than 255. */
    static int kind(long head) {
        return (int) head & KIND;
    }

    /** Inside of the init or the free of an io_end. */
    static boolean isInIoEnd(long head) {
        return (head & IN_IO_END) != 0;
    }

    /** cpu and, above it, seq. */
    static long cpuAndSeq(long head) {
        return head >>> 16;
    }

    static int low(long word) {
        return (int) word;
    }

    static int high(long word) {
        return (int) (word >>> 32);
    }

    static Seen seen(long[] from, int at) {
        long head = from[at + HEAD];
        return new Seen(
                from[at],
                op(head),
                flags(head),
                cpu(head),
                seq(head),
                from[at + INODE],
                from[at + IO_END],
                from[at + I_INO],
                from[at + CALLER],
                low(from[at + DEV_COUNT]),
                high(from[at + DEV_COUNT]),
                low(from[at + STATE_TID]),
                high(from[at + STATE_TID]));
    }
}
