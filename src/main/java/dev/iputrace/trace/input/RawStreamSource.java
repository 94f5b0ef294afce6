package dev.iputrace.trace.input;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellRun;
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
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The stream of iputrace-agent: a line {@code iputrace-stream 1}, the provenance as {@code key=value} lines, an empty
 * line, then 64-byte cells. A changed provenance comes as MARK cells of up to 47 bytes, a shorter one ends it. A MARK
 * cell with {@link OpCode#MARK_END} is the last of a stream that was ended in order; without it that host died, or the
 * connection, and the provenance then says so. These marks belong to the stream and are not handed on.
 */
public final class RawStreamSource implements EventSource, Progress {
    static final String FIRST_LINE = "iputrace-stream 1\n";
    private static final int BUFFER_SIZE = 4096 * CellLayout.CELL_SIZE;
    private static final int HEAD_BYTES_MAX = 1 << 16;
    private static final int MARK_BYTES = CellLayout.WORDS_PER_CELL * Long.BYTES - 1;
    private static final long PAUSE_NS = 1_000_000;
    /** So much of what is on its way is still taken after a stop, and the sender may not stop us from stopping. */
    private static final int DRAINS_AFTER_STOP = 256;

    private final InputStream in;
    private final long bytesTotal;
    private final byte[] bytes = new byte[BUFFER_SIZE];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    private final EventCell cell = new EventCell(buffer);
    private final CellRun run = new CellRun(buffer);
    private final ByteArrayOutputStream refined = new ByteArrayOutputStream();
    private Provenance provenance;
    private @Nullable String broken;
    private int filled;
    private boolean endMark;
    private long bytesRead;
    private boolean ended;
    private volatile boolean stopped;
    private int drainsLeft = DRAINS_AFTER_STOP;

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
            if (got == 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            end = emptyLine();
            if (end < 0 && (got < 0 || filled > HEAD_BYTES_MAX)) {
                throw new TraceFormatException("agent stream: no end of its provenance: bytes=" + filled
                        + (filled == 0 ? " (did the agent start?)" : ""));
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

    /** As of an input stream; 0 when nothing is here yet. */
    private int read() throws IOException {
        int got = in.read(bytes, filled, BUFFER_SIZE - filled);
        filled += Math.max(got, 0);
        bytesRead += Math.max(got, 0);
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
        if (ended || (stopped && --drainsLeft < 0)) {
            return END;
        }
        int whole = filled / CellLayout.CELL_SIZE;
        for (int next = 0; next < whole; ) {
            int count = unmarked(next, whole);
            if (count > 0) {
                sink.cells(run.set(next * CellLayout.CELL_SIZE, count));
                next += count;
            } else {
                cell.at(next++ * CellLayout.CELL_SIZE);
                if (!isOfTheStream()) {
                    sink.cell(cell);
                }
            }
        }
        consume(whole * CellLayout.CELL_SIZE);
        int got = more();
        if (got < 0) {
            end();
        }
        return whole > 0 || got != 0 ? Math.max(whole, 1) : 0;
    }

    /** How many cells from here on are no marks. */
    private int unmarked(int first, int end) {
        int next = first;
        while (next < end && cell.at(next * CellLayout.CELL_SIZE).op() != OpCode.MARK) {
            next++;
        }
        return next - first;
    }

    /** A mark of this kind of stream, taken to heart. */
    private boolean isOfTheStream() {
        if (cell.flags() == OpCode.MARK_END) {
            endMark = true;
        } else if (cell.flags() == OpCode.MARK_PROVENANCE) {
            refine();
        }
        return cell.flags() == OpCode.MARK_END || cell.flags() == OpCode.MARK_PROVENANCE;
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
        if (cell.seq() == 0) {
            refined.reset();
        }
        int start = cell.offset() + CellLayout.WORDS;
        int length = 0;
        while (length < MARK_BYTES && bytes[start + length] != 0) {
            length++;
        }
        if (refined.size() + length <= HEAD_BYTES_MAX) {
            refined.write(bytes, start, length);
        }
        if (length < MARK_BYTES) {
            provenance = SoundProvenance.of(Provenance.parse(refined.toString(StandardCharsets.UTF_8)));
            refined.reset();
        }
    }

    private void end() {
        ended = true;
        if (broken != null || filled > 0) {
            String what = broken != null ? broken : "ends inside a cell: byte=" + bytesRead;
            provenance = provenance.with("damage", what).with("incomplete.damage", "the stream is damaged: " + what);
        } else if (!endMark && !stopped) {
            provenance = provenance.with(
                    "incomplete.stream",
                    "the stream ends without its end mark: what that host did last may be missing");
        }
    }

    @Override
    public void stop() {
        stopped = true;
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
