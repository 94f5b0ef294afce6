package dev.iputrace.trace.text;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code key=value} pairs of a line. A key that comes twice has no value: a quoted string, which the kernel does
 * not escape, may pretend to be another field. Hot path: one {@link #parse} per line; allocates nothing after the first
 * lines of each event.
 */
final class Arguments {
    private static final int NO_NUMBER = 0;
    private static final int DECIMAL = 1;
    private static final int HEX = 2;
    private static final int BARE_HEX = 3;
    /** A name has 15 bytes. */
    private static final int NAME_MAX = 32;

    private final Map<String, Field> byKey;
    private final long[] values = new long[Field.values().length];
    private int present;
    private int twice;
    private int valueless;
    private boolean joined;
    /** Unsigned numbers come in hex without 0x: kernels before 4.4. */
    private boolean bareHex;

    private long number;
    private int numberKind;

    Arguments(Map<String, Field> byKey) {
        this.byKey = byKey;
    }

    /** {@code nameLast}: the name of the task, without quotes, goes to the end of the line. */
    void parse(byte[] line, int from, int end, KeyMemory keys, boolean nameLast) {
        present = 0;
        twice = 0;
        valueless = 0;
        joined = false;
        int index = 0;
        int at = Bytes.skipSpaces(line, from, end);
        while (at < end) {
            int keyEnd = Bytes.skipWord(line, at, end);
            if (keyEnd > at && keyEnd < end && line[keyEnd] == '=') {
                Field field = keys.field(index++, line, at, keyEnd, byKey);
                if (nameLast && field == Field.COMM) {
                    joined = end - keyEnd > NAME_MAX;
                    break;
                }
                at = value(line, keyEnd + 1, end, field);
            } else {
                joined |= isCpu(line, at, end);
                at = skipValue(line, keyEnd, end);
            }
            at = Bytes.skipSpaces(line, at, end);
        }
        present &= ~twice;
        valueless |= twice;
    }

    /** {@code [001] } of the head of another line, when a line feed was lost. */
    private static boolean isCpu(byte[] line, int from, int end) {
        int digits = line[from] == '[' ? Bytes.skipDigits(line, from + 1, end) : from;
        return digits - from > 3 && digits + 1 < end && line[digits] == ']' && line[digits + 1] == ' ';
    }

    private int value(byte[] line, int from, int end, @Nullable Field field) {
        int stop = skipValue(line, from, end);
        if (field == null) {
            return stop;
        }
        readNumber(line, from, stop);
        if (numberKind != NO_NUMBER && field == Field.INODE && number != 0) {
            bareHex = numberKind == BARE_HEX;
        }
        if (bareHex && numberKind == DECIMAL && field != Field.I_COUNT) {
            numberKind = NO_NUMBER;
            hex(line, from, stop, BARE_HEX);
        }
        int bit = field.bit();
        twice |= (present | valueless) & bit;
        if (numberKind == NO_NUMBER || !field.holds(number)) {
            valueless |= bit;
            return stop;
        }
        present |= bit;
        values[field.index] = number;
        return stop;
    }

    private static int skipValue(byte[] line, int from, int end) {
        if (from < end && line[from] == '"') {
            int close = Bytes.find(line, from + 1, end, '"');
            return close < 0 ? end : close + 1;
        }
        int at = from;
        while (at < end && line[at] != ' ' && line[at] != '\t') {
            at++;
        }
        return Math.max(at, Math.min(from + 1, end));
    }

    private void readNumber(byte[] line, int from, int stop) {
        numberKind = NO_NUMBER;
        if (stop - from > 2 && line[from] == '0' && (line[from + 1] == 'x' || line[from + 1] == 'X')) {
            hex(line, from + 2, stop, HEX);
            return;
        }
        boolean negative = from < stop && line[from] == '-';
        int start = negative ? from + 1 : from;
        int digits = Bytes.skipDigits(line, start, stop);
        if (digits == stop && digits > start) {
            decimal(line, start, stop, negative);
        } else if (!negative && stop > from) {
            hex(line, from, stop, BARE_HEX);
        }
        if (numberKind == NO_NUMBER && Bytes.startsWith(line, from, stop, "(nil)")) {
            numberKind = HEX;
            number = 0;
        }
    }

    private void decimal(byte[] line, int from, int stop, boolean negative) {
        long value = Bytes.decimal(line, from, stop);
        if (Bytes.isUnsigned(line, from, stop) && (!negative || value >= 0)) {
            number = negative ? -value : value;
            numberKind = DECIMAL;
        }
    }

    /** Leaves {@link #numberKind} as it is when a byte is no digit. */
    private void hex(byte[] line, int from, int stop, int kind) {
        long value = 0;
        for (int at = from; at < stop; at++) {
            int digit = Bytes.hex(line[at]);
            if (digit < 0 || at - from >= 16) {
                return;
            }
            value = (value << 4) | digit;
        }
        number = value;
        numberKind = kind;
    }

    boolean has(Field field) {
        return (present & field.bit()) != 0;
    }

    /** 0 when it is not there. */
    long get(Field field) {
        return has(field) ? values[field.index] : 0;
    }

    int present() {
        return present;
    }

    /** Fields of which the key is there, and no value: none that can be, or more than one. */
    int valueless() {
        return valueless;
    }

    /** There is more in this line than one event. */
    boolean joined() {
        return joined;
    }
}
