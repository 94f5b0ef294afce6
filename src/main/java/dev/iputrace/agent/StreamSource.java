package dev.iputrace.agent;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * What iputrace-agent writes on another host: {@code ssh testbox iputrace-agent | iputrace live --from -}.
 *
 * <p>Format: a line {@code iputrace-stream 1}, the provenance as {@code key=value} lines, an empty line, then 64-byte
 * cells to the end. A MARK cell with {@link OpCode#MARK_END} is the last of a stream that was ended in order; without
 * it the stream was cut, because that host died or the connection broke, and the provenance then says so.
 */
public final class StreamSource implements EventSource {
    public static final String FIRST_LINE = "iputrace-stream 1";

    private static final int HEAD_MAX = 1 << 16;
    private static final int CHUNK_SIZE = 1 << 18;
    private static final int CHUNKS = 4;

    private final InputStream in;
    private final ArrayBlockingQueue<Chunk> filled = new ArrayBlockingQueue<>(CHUNKS);
    private final ArrayBlockingQueue<Chunk> empty = new ArrayBlockingQueue<>(CHUNKS);
    private final EventCell cell = new EventCell();
    private final ByteArrayOutputStream provenanceText = new ByteArrayOutputStream();
    private final Thread reader;
    private volatile @Nullable String cut;
    private volatile boolean readerDone;
    private volatile boolean stopped;
    private boolean endMark;
    private Provenance provenance;

    /** Whole cells on their way from the reader's thread. */
    private static final class Chunk {
        private final byte[] bytes = new byte[CHUNK_SIZE];
        private final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        private int length;
    }

    /**
     * Reads the head; blocks until it is there.
     *
     * @throws StreamFormatException when this is no such stream
     */
    public StreamSource(InputStream in) {
        this.in = in;
        provenance = readHead();
        for (int i = 0; i < CHUNKS; i++) {
            empty.add(new Chunk());
        }
        reader = new Thread(this::readChunks, "stream reader");
        reader.setDaemon(true);
        reader.start();
    }

    private Provenance readHead() {
        String first = readLine();
        if (!first.equals(FIRST_LINE)) {
            throw new StreamFormatException("stream: first line is not '" + FIRST_LINE + "': bytes=" + first.length()
                    + (first.isEmpty() ? " (did the agent start?)" : ""));
        }
        StringBuilder text = new StringBuilder();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            text.append(line).append('\n');
            if (text.length() > HEAD_MAX) {
                throw new StreamFormatException("stream: the head has no end: bytes>" + HEAD_MAX);
            }
        }
        return Provenance.parse(text.toString());
    }

    /** Without buffering: the byte behind the head is the first of a cell. */
    private String readLine() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next >= 0 && next != '\n' && line.size() < HEAD_MAX; next = in.read()) {
                line.write(next);
            }
        } catch (IOException e) {
            throw new StreamFormatException("stream: cannot read the head: " + e.getMessage());
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** On the reader's thread: whole cells into chunks; a chunk is handed over as soon as nothing more is there. */
    private void readChunks() {
        try {
            byte[] partial = new byte[CellLayout.CELL_SIZE];
            int carried = 0;
            while (true) {
                Chunk chunk = empty.take();
                System.arraycopy(partial, 0, chunk.bytes, 0, carried);
                int got = in.read(chunk.bytes, carried, CHUNK_SIZE - carried);
                if (got < 0) {
                    cut = carried == 0 ? null : "the stream ends " + carried + " bytes into a cell";
                    return;
                }
                int bytes = carried + got;
                carried = bytes % CellLayout.CELL_SIZE;
                System.arraycopy(chunk.bytes, bytes - carried, partial, 0, carried);
                chunk.length = bytes - carried;
                filled.put(chunk);
            }
        } catch (IOException e) {
            cut = "the stream broke: " + e.getMessage();
        } catch (InterruptedException e) {
            cut = "the stream was left before its end";
        } finally {
            readerDone = true;
        }
    }

    @Override
    public Provenance provenance() {
        return provenance;
    }

    @Override
    public int drain(EventSink sink) {
        boolean last = readerDone;
        Chunk chunk = filled.poll();
        if (chunk == null) {
            return last ? end() : 0;
        }
        cell.wrap(chunk.view, 0);
        int cells = 0;
        for (int at = 0; at < chunk.length; at += CellLayout.CELL_SIZE) {
            cell.at(at);
            if (cell.op() == OpCode.MARK) {
                mark(cell);
            }
            sink.cell(cell);
            cells++;
        }
        empty.add(chunk);
        return cells;
    }

    private int end() {
        if (!endMark && !stopped) {
            String how = cut == null ? "the stream ends without its end mark" : cut;
            provenance = provenance.with("incomplete.stream", how + ": what that host did last may be missing");
        }
        return END;
    }

    private void mark(EventView mark) {
        if (mark.flags() == OpCode.MARK_END) {
            endMark = true;
        } else if (mark.flags() == OpCode.MARK_PROVENANCE) {
            if (mark.seq() == 0) {
                provenanceText.reset();
            }
            if (appendText(mark)) {
                provenance = Provenance.parse(provenanceText.toString(StandardCharsets.UTF_8));
            }
        }
    }

    /** Returns true when the piece held the 0 that ends the text. */
    private boolean appendText(EventView mark) {
        int bytes = CellLayout.WORDS_PER_CELL * Long.BYTES - 1;
        for (int i = 0; i < bytes; i++) {
            int next = (int) (mark.word(i / 8) >>> (8 * (i % 8))) & 0xff;
            if (next == 0) {
                return true;
            }
            if (provenanceText.size() < HEAD_MAX) {
                provenanceText.write(next);
            }
        }
        return false;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        reader.interrupt();
    }
}
