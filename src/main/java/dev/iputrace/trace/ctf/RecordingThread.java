package dev.iputrace.trace.ctf;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventView;
import dev.iputrace.event.Provenance;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the disk away from the reader of a live source: cells go through a bounded queue to a thread that records them.
 * What finds no room is dropped and counted, and the recording shows the hole in {@code seq}. Hot path: one copy per
 * cell; allocates nothing.
 */
public final class RecordingThread implements EventSink, AutoCloseable {
    private static final int CELLS_PER_CHUNK = 4096;
    private static final int CHUNKS = 64;
    private static final long IDLE_MS = 250;

    /** Cells on their way; {@code count} is set by whoever hands it over. */
    private static final class Chunk {
        final ByteBuffer cells = ByteBuffer.allocateDirect(CELLS_PER_CHUNK * CellLayout.CELL_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN);
        final CellRun run = new CellRun(cells);
        int count;
    }

    private final Recorder recorder;
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS + 1);
    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread thread;
    private volatile @Nullable Provenance refined;
    private volatile boolean closing;
    private @Nullable Chunk current;
    private long dropped;

    public RecordingThread(Recorder recorder) {
        this.recorder = recorder;
        for (int i = 0; i < CHUNKS; i++) {
            free.add(new Chunk());
        }
        thread = new Thread(this::record, "recorder");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void cell(EventView cell) {
        Chunk chunk = current;
        if (chunk == null) {
            chunk = free.poll();
            current = chunk;
            if (chunk == null) {
                dropped++;
                return;
            }
            chunk.count = 0;
        }
        int base = chunk.count * CellLayout.CELL_SIZE;
        ByteBuffer to = chunk.cells;
        to.putLong(base, cell.tsNs());
        to.putLong(base + CellLayout.OP, cell.head());
        for (int word = 0; word < CellLayout.WORDS_PER_CELL; word++) {
            to.putLong(base + CellLayout.WORDS + 8 * word, cell.word(word));
        }
        if (++chunk.count == CELLS_PER_CHUNK) {
            handOver();
        }
    }

    /** Hands on what has come so far; call when nothing comes, and from time to time. */
    public void handOver() {
        Chunk chunk = current;
        if (chunk != null) {
            current = null;
            full.add(chunk);
        }
    }

    public void describe(Provenance provenance) {
        refined = provenance;
    }

    /** Cells that found no room, because the disk was too slow. */
    public long dropped() {
        return dropped;
    }

    /** Why the recording ended before the run, or null. */
    public @Nullable String problem() {
        return recorder.problem();
    }

    private void record() {
        try {
            while (true) {
                Chunk chunk = full.poll(IDLE_MS, TimeUnit.MILLISECONDS);
                Provenance provenance = refined;
                if (provenance != null) {
                    refined = null;
                    recorder.describe(provenance);
                }
                if (chunk == null) {
                    if (closing) {
                        return;
                    }
                    recorder.idle();
                    continue;
                }
                recorder.cells(chunk.run.set(0, chunk.count));
                free.add(chunk);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Records what is queued, and ends the recording. */
    @Override
    public void close() {
        handOver();
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        recorder.close();
    }
}
