package dev.iputrace.check;

import dev.iputrace.event.EventView;

/**
 * A kernel event as eight longs, the way it lies in its cell: time, then op, flags, cpu and seq, then six words.
 * Hot path: {@link #copy} runs once per kernel event; allocates nothing.
 */
final class Cells {
    static final int LONGS = 8;
    static final int INODE = 2;
    static final int IO_END = 3;

    private Cells() {}

    /** {@code inode} replaces the event's own, for events that know only the io_end. */
    static void copy(EventView event, long inode, long[] to, int at) {
        to[at] = event.tsNs();
        to[at + 1] = event.head();
        to[at + INODE] = inode;
        for (int word = 1; word < LONGS - 2; word++) {
            to[at + 2 + word] = event.word(word);
        }
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

    static Seen seen(long[] from, int at) {
        long head = from[at + 1];
        return new Seen(
                from[at],
                op(head),
                flags(head),
                cpu(head),
                seq(head),
                from[at + INODE],
                from[at + IO_END],
                from[at + 4],
                from[at + 5],
                (int) from[at + 6],
                (int) (from[at + 6] >>> 32),
                (int) from[at + 7],
                (int) (from[at + 7] >>> 32));
    }
}
