package dev.iputrace.fuzz;

import dev.iputrace.event.EventSource;
import dev.iputrace.trace.TraceFormatException;
import dev.iputrace.trace.input.RawStreamSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Any bytes are the stream of an agent, or are refused by name. */
public final class StreamFuzz {
    private StreamFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        try (EventSource source = new RawStreamSource(new ByteArrayInputStream(data), data.length)) {
            Drained drained = Drained.of(source);
            if (drained.cells() > data.length / 64) {
                throw new AssertionError("cells out of nothing: bytes=" + data.length + ", cells=" + drained.cells());
            }
        } catch (TraceFormatException e) {
            // What it is for.
        }
    }
}
