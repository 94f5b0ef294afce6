package dev.iputrace.trace.text;

import java.nio.charset.StandardCharsets;

/** Small scans over the bytes of a line; positions that are not found are -1. Hot path: allocates nothing. */
final class Bytes {
    /** Of 2^64. */
    private static final int DIGITS_MAX = 20;

    private static final byte[] DIGIT = new byte[128];
    private static final boolean[] WORD = new boolean[256];

    static {
        for (int c = 0; c < DIGIT.length; c++) {
            DIGIT[c] = (byte) Character.digit(c, 16);
            WORD[c] = c == '_' || Character.isLetterOrDigit(c);
        }
    }

    private Bytes() {}

    static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    /** A letter, a digit or an underscore, as in names of events and fields. */
    static boolean isWord(byte c) {
        return WORD[c & 0xff];
    }

    /** Value of a hexadecimal digit, or -1. */
    static int hex(byte c) {
        return c < 0 ? -1 : DIGIT[c];
    }

    static int skipSpaces(byte[] line, int from, int end) {
        int at = from;
        while (at < end && (line[at] == ' ' || line[at] == '\t')) {
            at++;
        }
        return at;
    }

    static int skipDigits(byte[] line, int from, int end) {
        int at = from;
        while (at < end && isDigit(line[at])) {
            at++;
        }
        return at;
    }

    static int skipWord(byte[] line, int from, int end) {
        int at = from;
        while (at < end && WORD[line[at] & 0xff]) {
            at++;
        }
        return at;
    }

    static int find(byte[] line, int from, int end, char c) {
        for (int at = from; at < end; at++) {
            if (line[at] == c) {
                return at;
            }
        }
        return -1;
    }

    /** Position of the text, or -1. Not for every line. */
    static int find(byte[] line, int from, int end, String text) {
        int last = end - text.length();
        for (int at = from; at <= last; at++) {
            if (line[at] == text.charAt(0) && startsWith(line, at, end, text)) {
                return at;
            }
        }
        return -1;
    }

    static boolean startsWith(byte[] line, int from, int end, String text) {
        int length = text.length();
        if (end - from < length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (line[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Unsigned decimal, of digits that {@link #isUnsigned} fit. */
    static long decimal(byte[] line, int from, int end) {
        long value = 0;
        for (int at = from; at < end; at++) {
            value = value * 10 + line[at] - '0';
        }
        return value;
    }

    /** Whether the digits are a number of 64 bits, so below 2^64. */
    static boolean isUnsigned(byte[] line, int from, int end) {
        int first = from;
        while (first < end && line[first] == '0') {
            first++;
        }
        if (end - first != DIGITS_MAX) {
            return end - first < DIGITS_MAX;
        }
        // One digit more than always fits: below 2 * 10^19, it wrapped when it is less than 10^19 now.
        return line[first] == '1' && decimal(line, first, end) < 0;
    }

    /** Decimal of at most {@code max}, else -1. */
    static long decimal(byte[] line, int from, int end, long max) {
        long value = isUnsigned(line, from, end) ? decimal(line, from, end) : -1;
        return value >= 0 && value <= max ? value : -1;
    }

    static String text(byte[] line, int from, int end) {
        return new String(line, from, end - from, StandardCharsets.UTF_8);
    }
}
