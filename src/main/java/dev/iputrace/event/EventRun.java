package dev.iputrace.event;

import java.nio.ByteBuffer;

/**
 * Cells that lie one behind the other, read in place. A run is reused, as an {@link EventView} is: valid until the
 * call that handed it out returns.
 */
public interface EventRun {
    /** Number of cells, at least 1. */
    int size();

    /** The cell at this place, valid until the next call. */
    EventView at(int index);

    /**
     * Copies {@code count} cells from {@code first} on as they lie there, eight longs each: time, head, six words (see
     * {@link EventView#head} and {@link EventView#word}).
     */
    void copy(int first, int count, long[] to, int toAt);

    /** Copies the bytes of {@code count} cells from {@code first} on, little endian, to a place in a buffer. */
    void copy(int first, int count, ByteBuffer to, int toAt);
}
