package dev.iputrace.trace.export;

import dev.iputrace.event.EventSink;
import java.io.IOException;

/** Writes cells in a format of others. A failed write is kept and thrown by {@link #close}. */
public interface Exporter extends EventSink, AutoCloseable {
    @Override
    void close() throws IOException;
}
