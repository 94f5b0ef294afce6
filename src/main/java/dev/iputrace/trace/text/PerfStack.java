package dev.iputrace.trace.text;

import dev.iputrace.event.EventSink;

/**
 * Lines below an event of perf script: {@code "\t ffffffff8e98cc41 iput+0x1 ([kernel.kallsyms])"}, then an empty one.
 * They are known as such below any event, and kept below ours. Hot path: {@link #below} and {@link #send} once an
 * event; allocates nothing.
 */
final class PerfStack {
    private static final int FRAMES_MAX = 24;

    private final long[] frames = new long[FRAMES_MAX];
    private int size;
    private boolean expected;
    private boolean wanted;

    /** What stands below a line with this grammar; {@code sent}: it made a cell. */
    void below(int grammar, boolean sent) {
        expected = grammar == LineHead.PERF;
        wanted = expected && sent;
    }

    /** Takes the line if it is one. */
    boolean take(byte[] bytes, int from, int end) {
        if (!expected) {
            return false;
        }
        int at = Bytes.skipSpaces(bytes, from, end);
        long address = 0;
        int digits = 0;
        while (at < end && Bytes.hex(bytes[at]) >= 0 && digits <= 16) {
            address = (address << 4) | Bytes.hex(bytes[at]);
            at++;
            digits++;
        }
        if (digits < 4 || digits > 16 || (at < end && bytes[at] != ' ')) {
            return at == end && digits == 0;
        }
        if (wanted && size < FRAMES_MAX) {
            frames[size++] = address;
        }
        return true;
    }

    /** Hands on what was kept. */
    void send(TextCells cells, EventSink sink) {
        if (size > 0) {
            cells.stack(frames, size, sink);
            size = 0;
        }
    }
}
