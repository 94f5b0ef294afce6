package dev.iputrace.trace.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Buffered ASCII and UTF-8 with numbers written in place; remembers the first failure. */
final class TextWriter {
    private static final int CAPACITY = 1 << 16;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private final byte[] buffer = new byte[CAPACITY];
    private int size;
    private @Nullable IOException failure;

    TextWriter(OutputStream out) {
        this.out = out;
    }

    TextWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            put(b);
        }
        return this;
    }

    TextWriter put(int c) {
        if (size == CAPACITY) {
            flush();
        }
        buffer[size++] = (byte) c;
        return this;
    }

    TextWriter number(long value) {
        if (value < 0 || value > 999_999_999_999_999_999L) {
            return text(Long.toString(value));
        }
        return digits(value);
    }

    private TextWriter digits(long value) {
        if (value >= 10) {
            digits(value / 10);
        }
        return put('0' + (int) (value % 10));
    }

    TextWriter unsigned(long value) {
        return value < 0 ? text(Long.toUnsignedString(value)) : number(value);
    }

    TextWriter hex(long value) {
        put('0').put('x');
        int shift = value == 0 ? 0 : (63 - Long.numberOfLeadingZeros(value)) / 4 * 4;
        for (; shift >= 0; shift -= 4) {
            put(HEX[(int) ((value >>> shift) & 15)]);
        }
        return this;
    }

    void flush() {
        try {
            if (failure == null) {
                out.write(buffer, 0, size);
            }
        } catch (IOException e) {
            failure = e;
        }
        size = 0;
    }

    /** Writes what is left, and throws what went wrong. */
    void close() throws IOException {
        flush();
        IOException first = failure;
        if (first != null) {
            throw first;
        }
        out.flush();
    }
}
