package dev.iputrace.event;

/** Takes cells in the order of the stream. Must not keep the view. */
@FunctionalInterface
public interface EventSink {
    void cell(EventView cell);
}
