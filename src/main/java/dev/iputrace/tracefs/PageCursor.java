package dev.iputrace.tracefs;

import java.nio.ByteBuffer;

/**
 * Goes through the records of one page of the kernel's trace ring buffer (include/linux/ring_buffer.h,
 * {@code struct ring_buffer_event}): a word of 5 bits type and 27 bits time since the record before, then the data.
 * Hot path: one {@link #next} per record; allocates nothing. What cannot be ends the page and is counted.
 */
final class PageCursor {
    private static final int TYPE_DATA_MAX = 28;
    private static final int TYPE_PADDING = 29;
    private static final int TYPE_TIME_EXTEND = 30;
    private static final int TYPE_TIME_STAMP = 31;
    /** Bits above are flags of the page: events were lost before it. */
    private static final int COMMIT_MASK = (1 << 20) - 1;

    private final PageLayout layout;
    private final ByteBuffer page;
    private int at;
    private int end;
    private long tsNs;
    private int dataAt;
    private int dataLength;
    private long damaged;

    /** {@code page}: in the kernel's byte order, of at least the layout's page size. */
    PageCursor(PageLayout layout, ByteBuffer page) {
        this.layout = layout;
        this.page = page;
    }

    /** Begins with a page of which this many bytes were read. */
    void begin(int bytes) {
        at = 0;
        end = 0;
        if (bytes < layout.dataAt()) {
            damaged += bytes > 0 ? 1 : 0;
            return;
        }
        tsNs = page.getLong(0);
        int used = page.getInt(layout.commitAt()) & COMMIT_MASK;
        at = layout.dataAt();
        end = at + used;
        if (end > bytes) {
            damaged++;
            end = bytes;
        }
    }

    /** False at the end of the page. */
    boolean mayHaveMore() {
        return end - at >= 4;
    }

    /** Moves to the next record that holds an event; false at the end of the page. */
    boolean next() {
        while (mayHaveMore()) {
            int word = page.getInt(at);
            int type = word & 0x1f;
            int delta = word >>> 5;
            if (type >= 1 && type <= TYPE_DATA_MAX) {
                return take(delta, at + 4, 4 * type);
            }
            if (type == TYPE_PADDING && delta == 0) {
                break;
            }
            if (end - at < 8) {
                damaged++;
                break;
            }
            long second = page.getInt(at + 4) & 0xffffffffL;
            if (type == TYPE_TIME_EXTEND || type == TYPE_TIME_STAMP) {
                long time = (second << 27) + delta;
                tsNs = type == TYPE_TIME_EXTEND ? tsNs + time : time;
                at += 8;
            } else if (second < 4 || second > end - at - 4) {
                damaged++;
                break;
            } else if (type == TYPE_PADDING) {
                tsNs += delta;
                at += 4 + (int) second;
            } else {
                return take(delta, at + 8, (int) second - 4);
            }
        }
        at = end;
        return false;
    }

    private boolean take(int delta, int from, int length) {
        if (length > end - from) {
            damaged++;
            at = end;
            return false;
        }
        tsNs += delta;
        dataAt = from;
        dataLength = length;
        at = from + (length + 3 & ~3);
        return true;
    }

    long tsNs() {
        return tsNs;
    }

    /** Where in the page the record's data begin. */
    int dataAt() {
        return dataAt;
    }

    int dataLength() {
        return dataLength;
    }

    /** Pages that were cut or held what no kernel writes. */
    long damaged() {
        return damaged;
    }
}
