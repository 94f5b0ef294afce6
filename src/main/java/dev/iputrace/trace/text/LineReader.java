package dev.iputrace.trace.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Lines of a stream, in place. A line that does not fit into the buffer is cut into pieces. */
final class LineReader {
    private static final int CAPACITY = 1 << 20;

    private final InputStream in;
    private final byte[] bytes = new byte[CAPACITY];
    private int filled;
    private int next;
    private boolean atEnd;
    private long bytesRead;

    int start;
    int end;

    LineReader(InputStream in) {
        this.in = in;
    }

    byte[] bytes() {
        return bytes;
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
        start = next;
        end = at > start && bytes[at - 1] == '\r' ? at - 1 : at;
        next = Math.min(at + 1, filled);
        return true;
    }

    /** Reads once; bytes read, 0 when a pipe has nothing now, -1 at the end. */
    int fill() throws IOException {
        if (next > 0) {
            System.arraycopy(bytes, next, bytes, 0, filled - next);
            filled -= next;
            next = 0;
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

    boolean isFull() {
        return filled == CAPACITY;
    }

    /** Forgets what is here. */
    void drop() {
        next = 0;
        filled = 0;
    }

    /** Starts again at the first byte that is still here. */
    void rewind() {
        next = 0;
    }

    void close() throws IOException {
        in.close();
        Arrays.fill(bytes, 0, filled, (byte) 0);
    }
}
