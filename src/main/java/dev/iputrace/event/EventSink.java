package dev.iputrace.event;

/** Takes cells in the order of the stream. Must not keep the view. */
@FunctionalInterface
public interface EventSink {
    void cell(EventView cell);

    /** Takes many cells at once; the same as one {@link #cell} for each, and faster where a sink says how. */
    default void cells(EventRun run) {
        for (int i = 0; i < run.size(); i++) {
            cell(run.at(i));
        }
    }
}
