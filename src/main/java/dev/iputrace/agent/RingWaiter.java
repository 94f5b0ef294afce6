package dev.iputrace.agent;

/** What a reader does between two drains. Used by the reader's thread. */
public interface RingWaiter extends AutoCloseable {
    /**
     * Returns at once when the drain delivered something, else after a while or when there is something to read.
     *
     * @param cells what the drain delivered
     */
    void afterDrain(int cells);

    @Override
    default void close() {}
}
