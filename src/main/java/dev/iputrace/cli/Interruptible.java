package dev.iputrace.cli;

import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Provenance;

/** A trace that the user may not want to see to its end: after a signal it is over, and says that it is a part. */
final class Interruptible implements EventSource {
    private final EventSource trace;
    private final Stop stop;
    private boolean interrupted;

    Interruptible(EventSource trace, Stop stop) {
        this.trace = trace;
        this.stop = stop;
    }

    @Override
    public Provenance provenance() {
        Provenance provenance = trace.provenance();
        return interrupted
                ? provenance.with("incomplete.interrupted", "the replay was interrupted: the rest was not checked")
                : provenance;
    }

    @Override
    public int drain(EventSink sink) {
        if (interrupted) {
            return END;
        }
        int count = trace.drain(sink);
        interrupted = count != END && stop.asked();
        return count;
    }

    @Override
    public void stats(EventSink sink) {
        trace.stats(sink);
    }

    @Override
    public void stop() {
        trace.stop();
    }

    @Override
    public void close() {
        trace.close();
    }
}
