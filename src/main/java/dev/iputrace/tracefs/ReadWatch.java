package dev.iputrace.tracefs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Ends a read that waits for long, because somebody else has read what was said to be there: closes its channel, which
 * the reader opens again. Without it such a reader would not hear Ctrl-C until the next event.
 */
final class ReadWatch implements AutoCloseable {
    private static final long LONG_NS = 1_000_000_000L;
    private static final long LOOK_MS = 250;

    private volatile @Nullable FileChannel reading;
    private volatile long sinceNs;
    private volatile boolean closed;
    private volatile long stalls;
    private final Thread thread = new Thread(this::watch, "tracefs read watch");

    ReadWatch() {
        thread.setDaemon(true);
        thread.start();
    }

    /** The calling thread, always the same, begins to read. */
    void begin(FileChannel channel) {
        sinceNs = System.nanoTime();
        reading = channel;
    }

    void end() {
        reading = null;
    }

    /** Reads that were ended. */
    long stalls() {
        return stalls;
    }

    @SuppressWarnings({"NonAtomicVolatileUpdate", "BusyWait"}) // only this thread counts; it looks, it does not wait
    private void watch() {
        try {
            while (!closed) {
                Thread.sleep(LOOK_MS);
                FileChannel channel = reading;
                if (channel != null && System.nanoTime() - sinceNs > LONG_NS) {
                    stalls++;
                    channel.close();
                }
            }
        } catch (InterruptedException | IOException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
