package dev.iputrace.trace.input;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.EventSink;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.Progress;
import dev.iputrace.trace.SoundProvenance;
import dev.iputrace.trace.TraceFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The stream of iputrace-agent: a line {@code iputrace-stream 1}, the provenance, an empty line, then cells until the
 * end. A changed provenance comes as MARK cells of up to 47 bytes, a shorter one ends it. A stream whose last cell is
 * no statistic was not ended by its agent: the host died, or the connection.
 */
public final class RawStreamSource implements EventSource, Progress {
    static final String FIRST_LINE = "iputrace-stream 1\n";
    private static final int BUFFER_SIZE = 4096 * CellLayout.CELL_SIZE;
    private static final int HEAD_BYTES_MAX = 1 << 16;
    /** {@code IPUTRACE_MARK_PROVENANCE}. */
    private static final int MARK_PROVENANCE = 1;

    private final InputStream in;
    private final long bytesTotal;
    private final byte[] bytes = new byte[BUFFER_SIZE];
    private final EventCell cell = new EventCell(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    private final ByteArrayOutputStream refined = new ByteArrayOutputStream();
    private Provenance provenance;
    private @Nullable String broken;
    private int filled;
    private int lastOp = OpCode.STAT;
    private long bytesRead;
    private boolean ended;

    /** Waits for the head; throws {@link TraceFormatException} when it is none. */
    public RawStreamSource(InputStream in, long bytesTotal) throws IOException {
        this.in = in;
        this.bytesTotal = bytesTotal;
        this.provenance = SoundProvenance.of(Provenance.parse(head()));
    }

    private String head() throws IOException {
        int end = -1;
        while (end < 0) {
            int got = read();
            end = emptyLine();
            if (end < 0 && (got < 0 || filled > HEAD_BYTES_MAX)) {
                throw new TraceFormatException("agent stream: no end of its provenance: bytes=" + filled);
            }
        }
        String text = new String(bytes, 0, end, StandardCharsets.UTF_8);
        if (!text.startsWith(FIRST_LINE)) {
            throw new TraceFormatException("agent stream: unknown version: first line="
                    + text.lines().findFirst().orElse(""));
        }
        consume(end + 1);
        return text.substring(FIRST_LINE.length());
    }

    /** Position of the line feed that is a line of its own, or -1. */
    private int emptyLine() {
        for (int i = 1; i < filled; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int read() throws IOException {
        int got = in.read(bytes, filled, BUFFER_SIZE - filled);
        if (got > 0) {
            filled += got;
            bytesRead += got;
        } else if (got == 0) {
            Thread.onSpinWait();
        }
        return got;
    }

    private void consume(int count) {
        System.arraycopy(bytes, count, bytes, 0, filled - count);
        filled -= count;
    }

    @Override
    public Provenance provenance() {
        return provenance;
    }

    @Override
    public int drain(EventSink sink) {
        if (ended) {
            return END;
        }
        int whole = filled / CellLayout.CELL_SIZE;
        for (int i = 0; i < whole; i++) {
            cell.at(i * CellLayout.CELL_SIZE);
            lastOp = cell.op();
            if (lastOp == OpCode.MARK && cell.flags() == MARK_PROVENANCE) {
                refine();
            } else {
                sink.cell(cell);
            }
        }
        consume(whole * CellLayout.CELL_SIZE);
        int got = more();
        if (got < 0) {
            end();
        }
        return whole > 0 || got != 0 ? Math.max(whole, 1) : 0;
    }

    private int more() {
        try {
            return read();
        } catch (IOException e) {
            broken = e.getMessage();
            return -1;
        }
    }

    private void refine() {
        int start = cell.offset() + CellLayout.WORDS;
        int length = 0;
        while (length < 8 * CellLayout.WORDS_PER_CELL - 1 && bytes[start + length] != 0) {
            length++;
        }
        refined.write(bytes, start, length);
        if (length < 8 * CellLayout.WORDS_PER_CELL - 1) {
            provenance = SoundProvenance.of(Provenance.parse(refined.toString(StandardCharsets.UTF_8)));
            refined.reset();
        } else if (refined.size() > HEAD_BYTES_MAX) {
            refined.reset();
        }
    }

    private void end() {
        ended = true;
        if (broken != null || filled > 0) {
            String what = broken != null ? broken : "ends inside a cell: byte=" + bytesRead;
            provenance = provenance.with("damage", what).with("incomplete.damage", "the stream is damaged: " + what);
        } else if (lastOp != OpCode.STAT) {
            provenance = provenance.with(
                    "incomplete.stream", "the stream ended without its last statistics: the host or its pipe died");
        }
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public long bytesTotal() {
        return bytesTotal;
    }

    /** A failure to close what was only read is nobody's business. */
    @Override
    @SuppressWarnings("EmptyCatch")
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
        }
    }
}
