package dev.iputrace.event;

/** Takes rare events at once; see {@link EventSource#onRare}. */
@FunctionalInterface
public interface UrgentSink extends EventSink {
    /** The records that were there are complete: what must outlive this machine can be made durable now. */
    default void flush() {}
}
