package dev.iputrace.trace;

import dev.iputrace.event.EventView;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Stat;
import org.jspecify.annotations.Nullable;

/**
 * How many events of one CPU are missing, told by its cells: holes in {@code seq}, the final count of events tried,
 * and LOSS cells. Hot path: one call per cell; allocates nothing.
 */
public final class SeqLoss {
    private static final long TOLD_MAX = 1L << 56;

    /** The source gives each event a {@code seq}; else only LOSS cells tell. */
    private final boolean counted;

    private boolean started;
    private long tried;
    private long first;
    private long seen;
    private long told;

    private SeqLoss(boolean counted, boolean started) {
        this.counted = counted;
        this.started = started;
    }

    /** The first number seen is where counting begins, not 0. */
    public static SeqLoss fromAnywhere() {
        return new SeqLoss(true, false);
    }

    /** By the provenance's {@code seq}: {@code none}, {@code any} (begins anywhere), or null (begins at 0). */
    public static SeqLoss of(@Nullable String seq) {
        return "any".equals(seq) ? fromAnywhere() : new SeqLoss(!"none".equals(seq), true);
    }

    public SeqLoss copy() {
        SeqLoss copy = new SeqLoss(counted, started);
        copy.set(this);
        return copy;
    }

    public void set(SeqLoss other) {
        started = other.started;
        tried = other.tried;
        first = other.first;
        seen = other.seen;
        told = other.told;
    }

    public void cell(EventView cell, int op) {
        if (op < OpCode.FIRST_COMPANION) {
            seen++;
            tries(cell.seq() + 1);
        } else if (op == OpCode.LOSS) {
            // Unsigned: a count that is damaged must not wrap to none.
            long count = cell.word(0) < 0 ? TOLD_MAX : Math.max(cell.word(0), 1);
            told = Math.min(told + Math.min(count, TOLD_MAX), TOLD_MAX);
        } else if (op == OpCode.STAT && cell.seq() == Stat.SEQ) {
            tries((int) cell.word(0));
        }
    }

    /** {@code count} events of the kernel whose seq goes up by one each, from {@code firstSeq} on. */
    public void events(int firstSeq, int count) {
        seen += count;
        tries(firstSeq + 1);
        tries(firstSeq + count);
    }

    /** {@code seq} wraps at 2^32 and comes slightly out of order: only the signed distance counts. */
    private void tries(int next) {
        if (!started) {
            started = true;
            tried = (next & 0xffffffffL) - 1;
            first = tried;
        }
        int ahead = next - (int) tried;
        if (ahead > 0) {
            tried += ahead;
        }
    }

    /** Too high for a moment, where an event has overtaken the one that its interrupt came upon. */
    public long lost() {
        return told + (counted ? Math.max(tried - first - seen, 0) : 0);
    }
}
