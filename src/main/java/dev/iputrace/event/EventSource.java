package dev.iputrace.event;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where cells come from: a live kernel, a pipe, a recording, a simulator. Downstream knows which only by
 * {@link #provenance}. Used by one thread.
 *
 * <p>The stream is in order of time up to the jitter of concurrent CPUs, and per CPU in order of {@code seq} up to
 * nested interrupts. STACK and COMM cells come right behind their event. Loss shows as holes in {@code seq}, as a
 * final {@link Stat#SEQ} beyond the last event, or as LOSS cells where the source has no {@code seq}.
 */
public interface EventSource extends AutoCloseable {
    /** What {@link #drain} returns when nothing will ever come any more. */
    int END = -1;

    /** Complete before the first {@link #drain}; may be refined (self-check, late attach) until {@link #close}. */
    Provenance provenance();

    /**
     * Hands over what is there now, without blocking.
     *
     * @return cells delivered, 0 when there is nothing now, {@link #END} at the end
     */
    int drain(EventSink sink);

    /**
     * Sends one STAT cell per statistic and CPU that the source can tell. Called from time to time and once after
     * {@link #stop} and the last {@link #drain}.
     */
    default void stats(EventSink sink) {}

    /** Detaches the probes; what is still in the rings can be drained. Idempotent. */
    default void stop() {}

    /**
     * Names who is told of rare events (refusals, broken rules) at once, ahead of the ordered stream, in which the same
     * cells come again.
     *
     * @return false when this source has no such fast lane, and will not call
     */
    default boolean onRare(UrgentSink urgent) {
        return false;
    }

    /** Share of the room between kernel and us that waits to be read, 0..1; 0 where there is none. */
    default double fillRatio() {
        return 0;
    }

    /** True when {@code tsNs} is this host's CLOCK_MONOTONIC, so that the age of an event can be told. */
    default boolean ownClock() {
        return false;
    }

    /**
     * Asks the source to put out each violation itself, ahead of everything: as a durable line of the file
     * {@code evidence}, and into the kernel's log. Either may be null. Called at most once, before the first drain.
     *
     * @return null when this source cannot: then who drains it must
     */
    default @Nullable Outlet putOut(@Nullable Path evidence, @Nullable Path kernelLog) {
        return null;
    }

    /** Frees everything; no exception, failures are the source's to report in its provenance. */
    @Override
    void close();
}
