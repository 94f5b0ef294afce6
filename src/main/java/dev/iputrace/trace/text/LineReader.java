package dev.iputrace.trace.text;

import java.io.IOException;
import java.io.InputStream;

/** Lines of a stream, in place. A line that does not fit into the buffer is cut into pieces. */
final class LineReader {
    private static final int CAPACITY = 1 << 20;

    private final InputStream in;
    private final byte[] bytes = new byte[CAPACITY];
    private int filled;
    private int next;
    /** What was read since {@link #hold} stays. */
    private boolean held;

    private boolean atEnd;
    private long bytesRead;

    int start;
    int end;
    /** Of the line, from 1. */
    long number;
    /** The last line has no line feed: whatever wrote it was stopped in it. */
    boolean cut;

    /** The piece before had no end. */
    private boolean inside;

    private long numberAtZero;
    private boolean insideAtZero;

    LineReader(InputStream in) {
        this.in = in;
    }

    byte[] bytes() {
        return bytes;
    }

    /** At most so many bytes of the line. */
    String text(int bytesMax) {
        return Bytes.text(bytes, start, Math.min(end, start + bytesMax));
    }

    long bytesRead() {
        return bytesRead;
    }

    /** Goes to the next line that is here as a whole; false when there is none. */
    boolean next() {
        int at = next;
        while (at < filled && bytes[at] != '\n') {
            at++;
        }
        boolean whole = at < filled || atEnd || filled - next == CAPACITY;
        if (!whole || next == filled) {
            return false;
        }
        number += inside ? 0 : 1;
        inside = at == filled;
        cut = inside && atEnd;
        start = next;
        end = at > start && bytes[at - 1] == '\r' ? at - 1 : at;
        next = Math.min(at + 1, filled);
        return true;
    }

    /** Reads once; bytes read, 0 when a pipe has nothing now, -1 at the end. */
    int fill() throws IOException {
        if (next > 0 && !held) {
            System.arraycopy(bytes, next, bytes, 0, filled - next);
            filled -= next;
            next = 0;
            numberAtZero = number;
            insideAtZero = inside;
        }
        int got = filled == CAPACITY ? 0 : in.read(bytes, filled, CAPACITY - filled);
        if (got < 0) {
            atEnd = true;
        } else {
            filled += got;
            bytesRead += got;
        }
        return got;
    }

    /** Room for no more bytes while all is held. */
    boolean isFull() {
        return filled == CAPACITY;
    }

    /** From now on lines that are read stay, for {@link #rewind}. */
    void hold() {
        held = true;
    }

    /** Lets go of the lines that were read. */
    void forget() {
        held = false;
    }

    /** Starts again at the first line that is held. */
    void rewind() {
        if (held) {
            next = 0;
            number = numberAtZero;
            inside = insideAtZero;
        }
        held = false;
    }

    void close() throws IOException {
        in.close();
    }
}
