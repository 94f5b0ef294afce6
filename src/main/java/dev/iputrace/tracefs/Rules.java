package dev.iputrace.tracefs;

import dev.iputrace.event.StateBits;
import org.jspecify.annotations.Nullable;

/**
 * The stateless rules of the model as filters of trace events (Documentation/trace/events.rst), so that the kernel
 * decides: what breaks one goes into the ring of rare events, all else into that of ordinary ones, or nowhere.
 */
final class Rules {
    private final String dying;
    private final String dyingSoon;

    Rules(StateBits bits) {
        dying = "i_state & " + hex(bits.freeing() | bits.clear());
        dyingSoon = "i_state & " + hex(bits.freeing() | bits.clear() | bits.willFree());
    }

    private static String hex(int bits) {
        return "0x" + Integer.toHexString(bits);
    }

    /** What events at the entry of this point are rare; null: none are. */
    @Nullable
    String broken(Point point) {
        return switch (point) {
            case IPUT, IPUT_NOT_LAST -> "i_count < 1 || " + dyingSoon; // R1, R2, R2w
            case EVICT, CLEAR -> "i_count != 0"; // R3
            case DEATH -> "i_count != 0 && " + dying; // R3; the loser of an iget race has 1
            case IHOLD -> "i_count < 1"; // R5
            default -> null;
        };
    }

    /** What {@link #broken} is not; null: all. */
    @Nullable
    String sound(Point point) {
        return switch (point) {
            case IPUT, IPUT_NOT_LAST -> "i_count >= 1 && !(" + dyingSoon + ")";
            case EVICT, CLEAR -> "i_count == 0";
            case DEATH -> "i_count == 0 || !(" + dying + ")";
            case IHOLD -> "i_count >= 1";
            default -> null;
        };
    }
}
