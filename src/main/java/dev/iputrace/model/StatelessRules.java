package dev.iputrace.model;

import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;

/**
 * R1, R2, R2w, R3, R4 and R5: judged from one event alone. The BPF program decides the same from the same bytes and
 * says so by {@link Flag#BROKEN_RULE}. Hot path: one call per kernel event; allocates nothing.
 */
public final class StatelessRules {
    public static final int R1 = Rule.R1.bit();
    public static final int R2 = Rule.R2.bit();
    public static final int R2W = Rule.R2W.bit();
    public static final int R3 = Rule.R3.bit();
    public static final int R4 = Rule.R4.bit();
    public static final int R5 = Rule.R5.bit();
    public static final int ALL = R1 | R2 | R2W | R3 | R4 | R5;

    private StatelessRules() {}

    /** The set of {@link Rule#bit} this event breaks; 0 for none. */
    public static int broken(EventView event) {
        return broken(event.op(), event.flags(), event.iCount(), event.ioEnd());
    }

    /** As {@link #broken(EventView)}; {@code flags} are normalised {@link Flag}s, {@code iCount} is from entry. */
    public static int broken(int op, int flags, int iCount, long ioEnd) {
        return switch (op) {
            case OpCode.IPUT, OpCode.IPUT_NOT_LAST -> brokenByPut(flags, iCount);
            case OpCode.IO_END_INIT -> (flags & Flag.REFUSED) != 0 && ioEnd != 0 ? R4 : 0;
            case OpCode.EVICT, OpCode.CLEAR -> iCount != 0 ? R3 : 0;
            // Without I_FREEING or I_CLEAR it never was evicted: the loser of an iget race, with i_count 1.
            case OpCode.DEATH -> iCount != 0 && (flags & Flag.DYING) != 0 ? R3 : 0;
            case OpCode.IHOLD -> iCount < 1 ? R5 : 0;
            default -> 0;
        };
    }

    /** As {@link #broken(EventView)}, when the op is known to be IPUT or IPUT_NOT_LAST. */
    public static int brokenByPut(int flags, int iCount) {
        int broken = iCount < 1 ? R1 : 0;
        if ((flags & (Flag.DYING | Flag.WILL_FREE)) == 0) {
            return broken;
        }
        return broken | ((flags & Flag.DYING) != 0 ? R2 : R2W);
    }
}
