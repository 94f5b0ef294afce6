package dev.iputrace.trace.text;

/**
 * Where a probe was hit. ftrace writes symbols, {@code (iput+0x0/0x220)}, for a return {@code (CALLER+off <- iput)};
 * trace-cmd and perf write addresses, and a return the other way round: {@code (FUNCTION <- CALLER)}. Hot path.
 */
final class Location {
    private static final String INIT = "ext4_init_io_end";

    int functionStart;
    int functionEnd;
    boolean isReturn;
    /** The return address is in ext4_init_io_end. */
    boolean inInit;
    /** Address that the call returns to, 0 when the trace has only its symbol. */
    long caller;

    /** Reads the location if there is one; the position behind it. */
    int parse(byte[] line, int from, int end) {
        functionStart = functionEnd = from;
        isReturn = false;
        inInit = false;
        caller = 0;
        int close = from < end && line[from] == '(' ? Bytes.find(line, from, end, ')') : -1;
        if (close < 0) {
            return from;
        }
        int first = from + 1;
        int firstEnd = nameEnd(line, first, close);
        int arrow = Bytes.find(line, firstEnd, close, '<');
        int second = arrow < 0 ? close : Bytes.skipSpaces(line, Math.min(arrow + 2, close), close);
        isReturn = arrow >= 0;
        if (isAddress(line, first, firstEnd)) {
            for (int at = second; at < close; at++) {
                caller = (caller << 4) | Math.max(Bytes.hex(line[at]), 0);
            }
        } else {
            functionStart = isReturn ? second : first;
            functionEnd = isReturn ? nameEnd(line, second, close) : firstEnd;
            inInit = isReturn && Bytes.startsWith(line, first, firstEnd, INIT);
        }
        return close + 1;
    }

    private static int nameEnd(byte[] line, int from, int end) {
        int at = from;
        while (at < end && (Bytes.isWord(line[at]) || line[at] == '.')) {
            at++;
        }
        return at;
    }

    private static boolean isAddress(byte[] line, int from, int end) {
        if (end - from < 8) {
            return false;
        }
        for (int at = from; at < end; at++) {
            if (Bytes.hex(line[at]) < 0) {
                return false;
            }
        }
        return true;
    }
}
