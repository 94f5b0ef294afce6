package dev.iputrace.trace.text;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which event is which: by the function in the location, else by {@code --map}, else by the event's name. Bounded: a
 * trace with more kinds of events than fit is still read, only slower.
 */
final class EventKinds {
    private static final int SLOTS = 1024;
    private static final int KINDS_MAX = SLOTS / 2;

    private final @Nullable EventKind[] table = new @Nullable EventKind[SLOTS];
    private final Map<String, String> userNames;
    private int size;

    /** {@code userNames}: from event name to the label of an op, with {@code _ret} for its return. */
    EventKinds(Map<String, String> userNames) {
        userNames.forEach((event, op) -> {
            if (Call.ofEvent(op) == Call.OTHER) {
                throw new IllegalArgumentException("map: unknown event: " + op + "=" + event
                        + ", want iput, igrab, igrab_ret, io_end_init, io_end_init_ret, io_end_free, ihold, birth,"
                        + " evict, clear or death");
            }
        });
        this.userNames = userNames;
    }

    /** Hot path: one call per line. Function start and end are equal when the line names none. */
    EventKind of(byte[] line, LineHead head, Location location) {
        int hash = 0;
        for (int i = head.nameStart; i < head.nameEnd; i++) {
            hash = hash * 31 + line[i];
        }
        for (int i = location.functionStart; i < location.functionEnd; i++) {
            hash = hash * 31 + line[i];
        }
        int slot = (hash * 0x9E3779B9) >>> 22;
        while (true) {
            EventKind kind = table[slot];
            if (kind == null) {
                return add(slot, line, head, location);
            }
            if (kind.is(line, head.nameStart, head.nameEnd, location.functionStart, location.functionEnd)) {
                return kind;
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    private EventKind add(int slot, byte[] line, LineHead head, Location location) {
        String name = Bytes.text(line, head.nameStart, head.nameEnd);
        String function = Bytes.text(line, location.functionStart, location.functionEnd);
        boolean isReturn = location.isReturn || (function.isEmpty() && Call.isReturnName(name));
        Call call = function.isEmpty() ? Call.ofEvent(name) : Call.ofFunction(function);
        String mapped = userNames.get(name);
        if (mapped != null) {
            call = Call.ofEvent(mapped);
            isReturn = location.isReturn || Call.isReturnName(mapped);
        }
        EventKind kind = new EventKind(
                Arrays.copyOfRange(line, head.nameStart, head.nameEnd),
                Arrays.copyOfRange(line, location.functionStart, location.functionEnd),
                call,
                isReturn);
        if (size < KINDS_MAX) {
            table[slot] = kind;
            size++;
        }
        return kind;
    }
}
