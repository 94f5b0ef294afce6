package dev.iputrace.trace;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
import dev.iputrace.event.EventRun;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Provenance;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a trace on a thread of its own, ahead of who checks it, so that two processors share the work: what one of them
 * reads, merges and lays side by side, the other judges. The same cells in the same order, 4 MiB ahead at most. Hot
 * path: one copy per cell, in bulk where they come as a run; allocates nothing.
 *
 * <p>Splitting the events by inode instead pays less on two processors: each thread would read all of them.
 */
public final class ReadAhead implements EventSource, Progress {
    private static final int CELLS_PER_CHUNK = 4096;
    private static final int CHUNKS = 16;
    private static final long WAIT_MS = 10;
    /** Behind a full chunk more was read already, or will be soon: perhaps the stack of the last event in it. */
    private static final long WAIT_FOR_MORE_MS = 1000;

    private final EventSource trace;
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread thread;
    private volatile boolean closing;
    private Provenance provenance;
    private boolean ended;
    private boolean moreFollows;

    /** Cells on their way, and what was known of the trace when they had been read. */
    private static final class Chunk {
        final ByteBuffer cells = ByteBuffer.allocateDirect(CELLS_PER_CHUNK * CellLayout.CELL_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN);
        final CellRun run = new CellRun(cells);
        int count;
        Provenance provenance;
        boolean last;

        @Nullable
        Throwable failure;

        Chunk(Provenance known) {
            provenance = known;
        }
    }

    /** Puts cells into chunks; used by the reading thread alone. */
    private final class Filler implements EventSink {
        private @Nullable Chunk current;

        private Chunk chunk() {
            Chunk chunk = current;
            if (chunk == null) {
                chunk = take();
                chunk.count = 0;
                current = chunk;
            }
            return chunk;
        }

        @Override
        public void cell(EventView cell) {
            Chunk chunk = chunk();
            int base = chunk.count * CellLayout.CELL_SIZE;
            chunk.cells.putLong(base, cell.tsNs());
            chunk.cells.putLong(base + CellLayout.OP, cell.head());
            for (int word = 0; word < CellLayout.WORDS_PER_CELL; word++) {
                chunk.cells.putLong(base + CellLayout.WORDS + Long.BYTES * word, cell.word(word));
            }
            added(chunk, 1);
        }

        @Override
        public void cells(EventRun run) {
            for (int at = 0; at < run.size(); ) {
                Chunk chunk = chunk();
                int count = Math.min(run.size() - at, CELLS_PER_CHUNK - chunk.count);
                run.copy(at, count, chunk.cells, chunk.count * CellLayout.CELL_SIZE);
                at += count;
                added(chunk, count);
            }
        }

        private void added(Chunk chunk, int count) {
            chunk.count += count;
            if (chunk.count == CELLS_PER_CHUNK) {
                handOver();
            }
        }

        void handOver() {
            Chunk chunk = current;
            if (chunk != null) {
                chunk.provenance = trace.provenance();
                current = null;
                full.add(chunk);
            }
        }

        /** What was read before a failure is still to be checked; the trace is not asked again after it. */
        void end(@Nullable Throwable failure) {
            Chunk chunk = chunk();
            chunk.last = true;
            chunk.failure = failure;
            if (failure == null) {
                chunk.provenance = trace.provenance();
            }
            current = null;
            full.add(chunk);
        }
    }

    /** The reading thread is to end: nobody wants the rest. */
    private static final class ClosedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Begins to read. The trace is used by that thread alone from now on, and closed with this. */
    public ReadAhead(EventSource trace) {
        this.trace = trace;
        provenance = trace.provenance();
        for (int i = 0; i < CHUNKS; i++) {
            free.add(new Chunk(provenance));
        }
        thread = new Thread(this::read, "read-ahead");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        Filler filler = new Filler();
        Throwable failure = null;
        try {
            for (int cells = 0; cells != END && !closing; cells = trace.drain(filler)) {
                if (cells == 0) {
                    filler.handOver();
                }
            }
            filler.handOver();
        } catch (ClosedException e) {
            return;
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        try {
            filler.end(failure);
        } catch (ClosedException e) {
            // Nobody waits for it.
        }
    }

    private Chunk take() {
        try {
            Chunk chunk = null;
            while (chunk == null) {
                if (closing) {
                    throw new ClosedException();
                }
                chunk = free.poll(WAIT_MS, TimeUnit.MILLISECONDS);
            }
            return chunk;
        } catch (InterruptedException e) {
            throw new ClosedException();
        }
    }

    @Override
    public Provenance provenance() {
        return provenance;
    }

    /** Waits a little where nothing has been read yet. */
    @Override
    public int drain(EventSink sink) {
        Chunk chunk = ended ? null : next();
        if (chunk == null) {
            moreFollows = false;
            return ended ? END : 0;
        }
        moreFollows = chunk.count == CELLS_PER_CHUNK;
        provenance = chunk.provenance;
        if (chunk.count > 0) {
            sink.cells(chunk.run.set(0, chunk.count));
        }
        ended = chunk.last;
        if (chunk.failure instanceof Error error) {
            throw error;
        }
        if (chunk.failure instanceof RuntimeException failure) {
            throw failure;
        }
        int count = chunk.count;
        if (!chunk.last) {
            free.add(chunk);
        }
        return count == 0 ? END : count;
    }

    private @Nullable Chunk next() {
        try {
            return full.poll(moreFollows ? WAIT_FOR_MORE_MS : WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** What the trace tells when it has been read to its end; until then its thread has it. */
    @Override
    public void stats(EventSink sink) {
        if (ended) {
            trace.stats(sink);
        }
    }

    @Override
    public long bytesRead() {
        return Progress.of(trace).bytesRead();
    }

    @Override
    public long bytesTotal() {
        return Progress.of(trace).bytesTotal();
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        trace.close();
    }
}
