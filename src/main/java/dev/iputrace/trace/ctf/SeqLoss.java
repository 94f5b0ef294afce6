package dev.iputrace.trace.ctf;

import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Stat;

/**
 * How many events of one CPU are missing, told by its cells: holes in {@code seq}, the final count of events tried,
 * and LOSS cells. Hot path: one call per cell; allocates nothing.
 */
final class SeqLoss {
    private final boolean counted;
    private long tried;
    private long seen;
    private long told;

    /** {@code counted}: the source gives each event a {@code seq}; else only LOSS cells tell. */
    SeqLoss(boolean counted) {
        this.counted = counted;
    }

    SeqLoss copy() {
        SeqLoss copy = new SeqLoss(counted);
        copy.set(this);
        return copy;
    }

    void set(SeqLoss other) {
        tried = other.tried;
        seen = other.seen;
        told = other.told;
    }

    void cell(EventView cell, int op) {
        if (op < OpCode.FIRST_COMPANION) {
            seen++;
            tries(cell.seq() + 1);
        } else if (op == OpCode.LOSS) {
            told += Math.max(cell.word(0), 1);
        } else if (op == OpCode.STAT && cell.seq() == Stat.SEQ) {
            tries((int) cell.word(0));
        }
    }

    /** {@code seq} wraps at 2^32 and comes slightly out of order: only the signed distance counts. */
    private void tries(int next) {
        int ahead = next - (int) tried;
        if (ahead > 0) {
            tried += ahead;
        }
    }

    /** Too high for a moment where an event is placed before one that was tried earlier. */
    long lost() {
        return told + (counted ? Math.max(tried - seen, 0) : 0);
    }
}
