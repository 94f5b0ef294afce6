package dev.iputrace.trace.text;

/** What the lines of one event name at one function are: kept, so that only the first of them is looked at closely. */
final class EventKind {
    final Call call;
    final boolean isReturn;
    final KeyMemory keys = new KeyMemory();
    /** {@link Survey} knows of it. */
    boolean surveyed;

    int fieldsSeen;
    /** Of all lines so far that {@link Flaws} looked at. */
    int fields;
    /** Lines that have all of these, since the last new one. */
    long whole;
    /** The line number of the first of them. */
    long firstWhole;

    private final byte[] name;
    private final byte[] function;

    EventKind(byte[] name, byte[] function, Call call, boolean isReturn) {
        this.name = name;
        this.function = function;
        this.call = call;
        this.isReturn = isReturn;
    }

    boolean is(byte[] line, int nameStart, int nameEnd, int functionStart, int functionEnd) {
        return same(name, line, nameStart, nameEnd) && same(function, line, functionStart, functionEnd);
    }

    private static boolean same(byte[] known, byte[] line, int from, int end) {
        if (known.length != end - from) {
            return false;
        }
        for (int i = 0; i < known.length; i++) {
            if (known[i] != line[from + i]) {
                return false;
            }
        }
        return true;
    }
}
