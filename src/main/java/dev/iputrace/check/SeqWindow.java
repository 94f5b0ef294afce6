package dev.iputrace.check;

import java.util.Arrays;

/**
 * Accounts for the {@code seq} of one CPU: which events came, which are missing, which came twice. Remembers the last
 * {@value #SIZE} numbers, so that events may overtake each other (nested interrupts; the rare ring beside the ordinary
 * one). A hole is lost when the window has passed it, or at the end; an event that comes later still is found again.
 *
 * <p>Hot path: one call per kernel event; allocates nothing.
 */
final class SeqWindow {
    static final int SIZE = 8192;

    /** Holes closer than this in time are one gap: a full ring loses every other event for a while. */
    private static final long JOIN_NS = 1_000_000;

    private static final int GAPS_MAX = 16;

    private final int cpu;
    private final GapLog log;
    private boolean anyStart;

    /** Bit {@code seq % SIZE}: the newest number with that remainder has come. Those before the first count as come. */
    private final long[] came = new long[SIZE / 64];

    /** The number expected next and the first one, widened to 64 bits. */
    private long next;

    private long base;
    private long missing;
    private long lost;
    private long duplicates;
    private long lastNs;
    private long countedNs = Long.MIN_VALUE;

    /** Stretches with holes still in the window, oldest first: where they end, times around, holes lost so far. */
    private final long[] gapEnd = new long[GAPS_MAX];

    private final long[] gapAfterNs = new long[GAPS_MAX];
    private final long[] gapBeforeNs = new long[GAPS_MAX];
    private final long[] gapLost = new long[GAPS_MAX];
    private int gaps;

    /** {@code anyStart}: the first number seen is where the stream begins; otherwise it begins at 0. */
    SeqWindow(int cpu, boolean anyStart, GapLog log) {
        this.cpu = cpu;
        this.anyStart = anyStart;
        this.log = log;
        Arrays.fill(came, -1L);
    }

    /** False when this number came before: the event is a copy. */
    boolean accept(int seq, long tsNs) {
        if (seq != (int) next || missing != 0) {
            return acceptUnusual(seq, tsNs);
        }
        // Nothing is missing, so every bit is set and this one too.
        next++;
        lastNs = tsNs;
        return true;
    }

    /** True when none is missing and this is the one expected. */
    boolean isNext(int seq) {
        return seq == (int) next && missing == 0;
    }

    /** Accepts {@code count} numbers of which the first {@link #isNext}. */
    void acceptNext(int count, long newLastNs) {
        next += count;
        lastNs = newLastNs;
    }

    /** For a stream without numbers: only the time counts. */
    void touch(long tsNs) {
        lastNs = tsNs;
    }

    /** Holes that may still be filled. */
    long missing() {
        return missing;
    }

    /** True when any event came. */
    boolean any() {
        return next != base;
    }

    /** The source told how many numbers it had given at this time. */
    void counted(long tsNs) {
        countedNs = Math.max(countedNs, tsNs);
    }

    /** When it did so last; {@link Long#MIN_VALUE} when it never did. */
    long countedNs() {
        return countedNs;
    }

    /** True when the source has given more numbers than have come or are known to be missing. */
    boolean isBehind(int tried) {
        return tried - (int) next > 0;
    }

    /** True when between these times numbers are missing that may still come. */
    boolean missingWithin(long sinceNs, long untilNs) {
        for (int i = 0; i < gaps && missing > 0; i++) {
            if (gapAfterNs[i] < untilNs && gapBeforeNs[i] > sinceNs) {
                return true;
            }
        }
        return false;
    }

    /** True when between these times something was lost that is not in the log yet. */
    boolean lostWithin(long sinceNs, long untilNs) {
        for (int i = 0; i < gaps; i++) {
            if (gapLost[i] > 0 && gapAfterNs[i] < untilNs && gapBeforeNs[i] > sinceNs) {
                return true;
            }
        }
        return false;
    }

    long lost() {
        return lost;
    }

    long duplicates() {
        return duplicates;
    }

    long lastNs() {
        return lastNs;
    }

    /** What is missing now is lost; so is the tail up to {@code tried}, the number the source would have given next. */
    void finish(boolean triedKnown, int tried) {
        for (int i = 0; i < SIZE; i++) {
            leave(next + i);
            came[word(next + i)] |= 1L << (int) (next + i);
        }
        closeGaps();
        int tail = tried - (int) next;
        if (triedKnown && tail > 0) {
            openGap(next + tail, Long.MAX_VALUE);
            next += tail;
            lose(tail);
            closeGaps();
        }
    }

    private boolean acceptUnusual(int seq, long tsNs) {
        if (anyStart) {
            anyStart = false;
            next = base = seq & 0xffffffffL;
        }
        int ahead = seq - (int) next;
        if (ahead < 0) {
            return acceptLate(next + ahead);
        }
        if (ahead > 0) {
            skip(next + ahead, tsNs);
        }
        leave(next);
        came[word(next)] |= 1L << seq;
        next++;
        lastNs = Math.max(lastNs, tsNs);
        if (missing == 0) {
            closeGaps();
        }
        return true;
    }

    private boolean acceptLate(long number) {
        if (number < next - SIZE) {
            // Taken for lost, or from before the start: it cannot be told whether it is a copy.
            lost -= number >= base && lost > 0 ? 1 : 0;
            return true;
        }
        if (number < base) {
            openGap(base, lastNs);
            for (base = base - 1; base != number; base--) {
                miss(base);
            }
            return true;
        }
        if ((came[word(number)] & 1L << (int) number) != 0) {
            duplicates++;
            return false;
        }
        came[word(number)] |= 1L << (int) number;
        if (--missing == 0) {
            closeGaps();
        }
        return true;
    }

    /** Everything from {@link #next} up to {@code number} is missing for now. */
    private void skip(long number, long tsNs) {
        openGap(number, tsNs);
        long beyond = number - next - SIZE;
        if (beyond > 0) {
            for (int i = 0; i < SIZE; i++) {
                leave(next + i);
                came[word(next + i)] |= 1L << (int) (next + i);
            }
            while (gaps > 1) {
                closeOldestGap();
            }
            lose(beyond);
            next += beyond;
        }
        for (; next != number; next++) {
            leave(next);
            miss(next);
        }
    }

    private void miss(long number) {
        came[word(number)] &= ~(1L << (int) number);
        missing++;
    }

    /** {@code number} enters the window, so that the one SIZE before it leaves. */
    private void leave(long number) {
        if ((came[word(number)] & 1L << (int) number) == 0) {
            while (gaps > 1 && gapEnd[0] <= number - SIZE) {
                closeOldestGap();
            }
            missing--;
            lose(1);
        }
    }

    private void lose(long count) {
        lost += count;
        gapLost[0] += count;
    }

    private void openGap(long end, long nextNs) {
        int last = gaps - 1;
        // A time that cannot be is damage, and tells nothing of where the gap ends.
        long beforeNs = nextNs < 0 ? Long.MAX_VALUE : nextNs;
        if (gaps == GAPS_MAX || (gaps > 0 && beforeNs - gapBeforeNs[last] < JOIN_NS)) {
            gapEnd[last] = Math.max(gapEnd[last], end);
            gapBeforeNs[last] = Math.max(gapBeforeNs[last], beforeNs);
            return;
        }
        gapEnd[gaps] = end;
        gapAfterNs[gaps] = Math.max(lastNs, 0);
        gapBeforeNs[gaps] = beforeNs;
        gapLost[gaps] = 0;
        gaps++;
    }

    private void closeGaps() {
        while (gaps > 0) {
            closeOldestGap();
        }
    }

    private void closeOldestGap() {
        if (gapLost[0] > 0) {
            log.add(cpu, gapAfterNs[0], gapBeforeNs[0], gapLost[0]);
        }
        gaps--;
        System.arraycopy(gapEnd, 1, gapEnd, 0, gaps);
        System.arraycopy(gapAfterNs, 1, gapAfterNs, 0, gaps);
        System.arraycopy(gapBeforeNs, 1, gapBeforeNs, 0, gaps);
        System.arraycopy(gapLost, 1, gapLost, 0, gaps);
    }

    private static int word(long number) {
        return (int) (number >>> 6) & (SIZE / 64 - 1);
    }
}
