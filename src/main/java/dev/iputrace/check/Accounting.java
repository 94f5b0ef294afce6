package dev.iputrace.check;

import dev.iputrace.event.EventView;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Stat;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was tried against what came: {@code seq} per CPU, the source's own statistics, and LOSS cells. */
final class Accounting {
    /** NR_CPUS of no distribution is larger; a higher number is damage. */
    static final int CPUS_MAX = 8192;

    private static final long LOST_MAX = 1L << 56;
    private static final int STAGES = 1 + LossStage.IMPORT.code();

    private final boolean hasSeq;
    private final boolean anyStart;
    private final GapLog gaps = new GapLog();
    private final Statistics statistics = new Statistics();
    private final long[] lossCells = new long[STAGES];
    private @Nullable SeqWindow[] windows = new @Nullable SeqWindow[64];
    private long strayCpus;
    private boolean finished;

    /** {@code seq}: {@code none}, {@code any} (may begin anywhere) or null (begins at 0). */
    Accounting(@Nullable String seq) {
        hasSeq = !"none".equals(seq);
        anyStart = "any".equals(seq);
    }

    /** False when the event came before and must be ignored. Hot path: one call per kernel event; allocates nothing. */
    boolean accept(int cpu, int seq, long tsNs) {
        @Nullable SeqWindow[] known = windows;
        SeqWindow window = cpu < known.length ? known[cpu] : null;
        if (window == null) {
            window = window(cpu);
        }
        if (!hasSeq) {
            window.touch(tsNs);
            return true;
        }
        return window.accept(seq, tsNs);
    }

    /** True when the event is the next of its CPU, and nothing is missing before it. */
    boolean isNext(long head) {
        @Nullable SeqWindow[] known = windows;
        int cpu = CellRing.cpu(head);
        SeqWindow window = cpu < known.length ? known[cpu] : null;
        return hasSeq && window != null && window.isNext(CellRing.seq(head));
    }

    /** As {@link #accept} for {@code count} events whose seq goes up by one each; {@link #isNext} of the first. */
    void acceptNext(long firstHead, int count, long lastNs) {
        SeqWindow window = windows[CellRing.cpu(firstHead)];
        if (window != null) {
            window.acceptNext(count, lastNs);
        }
    }

    void loss(EventView cell) {
        // A count of that many is damage, but loss all the same; and a sum of them must not wrap to none.
        long count = Long.compareUnsigned(cell.word(0), LOST_MAX) > 0 ? LOST_MAX : cell.word(0);
        LossStage stage = LossStage.of(cell.flags());
        lossCells[stage.code()] = Math.min(lossCells[stage.code()] + count, LOST_MAX);
        // With numbers, the hole that they leave says more than the cell; a probe that did not run took no number.
        boolean toTheEnd = cell.word(1) == LossStage.TO_THE_END;
        if (count > 0 && (!hasSeq || stage == LossStage.PROBE_MISSED || toTheEnd)) {
            long beforeNs = toTheEnd || cell.tsNs() < 0 ? Long.MAX_VALUE : cell.tsNs();
            gaps.add(cell.cpu(), Math.max(window(cell.cpu()).lastNs(), 0), beforeNs, count);
        }
    }

    void stat(EventView cell) {
        if (cell.cpu() >= CPUS_MAX) {
            strayCpus++;
        } else {
            statistics.take(cell);
            // A CPU of which nothing but its count comes has lost everything.
            SeqWindow window = window(cell.cpu());
            if (cell.seq() == Stat.SEQ) { // it comes behind what the kernel skipped, which may explain a finding
                window.counted(cell.tsNs());
            }
        }
    }

    /** When the source told that there is nothing more than what has come; {@link Long#MIN_VALUE} when it has not. */
    long quietNs() {
        long quietNs = countedNs();
        return hasSeq && completeUntil(quietNs) ? quietNs : Long.MIN_VALUE;
    }

    /**
     * Since when no CPU has told its count, of those that had events. A replay gets the counts of a CPU behind its last
     * event, so those of one CPU long before the others'. {@link Long#MIN_VALUE} when one never told it, or none did.
     */
    private long countedNs() {
        long oldestNs = Long.MAX_VALUE;
        for (SeqWindow window : windows) {
            if (window != null && (window.any() || window.countedNs() != Long.MIN_VALUE)) {
                oldestNs = Math.min(oldestNs, window.countedNs());
            }
        }
        return oldestNs == Long.MAX_VALUE ? Long.MIN_VALUE : oldestNs;
    }

    Statistics statistics() {
        return statistics;
    }

    /** The observation is over: holes are losses, and so is what lies beyond the last event. */
    void finish() {
        for (int cpu = 0; cpu < windows.length && hasSeq; cpu++) {
            SeqWindow window = windows[cpu];
            if (window != null) {
                long tried = statistics.of(cpu, Stat.SEQ);
                window.finish(tried >= 0, (int) tried);
            }
        }
        finished = true;
    }

    /**
     * True when all that was sent before this time has come or is known to be missing: the source has told the counts
     * of all CPUs since, or the observation is over. Before that, a CPU that is silent may have lost its last events.
     */
    boolean completeUntil(long untilNs) {
        if (!hasSeq || finished) {
            return true;
        }
        if (countedNs() < untilNs) {
            return false;
        }
        for (int cpu = 0; cpu < windows.length; cpu++) {
            SeqWindow window = windows[cpu];
            long tried = statistics.of(cpu, Stat.SEQ);
            if (window != null && tried >= 0 && window.isBehind((int) tried)) {
                return false;
            }
        }
        return true;
    }

    /** True when between these times numbers are missing that may still come. */
    boolean missingWithin(long sinceNs, long untilNs) {
        for (SeqWindow window : windows) {
            if (window != null && window.missingWithin(sinceNs, untilNs)) {
                return true;
            }
        }
        return false;
    }

    /** True when between these times something is known to be lost. */
    boolean lostWithin(long sinceNs, long untilNs) {
        if (gaps.within(sinceNs, untilNs)) {
            return true;
        }
        for (SeqWindow window : windows) {
            if (window != null && window.lostWithin(sinceNs, untilNs)) {
                return true;
            }
        }
        return false;
    }

    /** Cells whose CPU cannot be; they are counted on the last CPU that can. */
    long strayCpus() {
        return strayCpus;
    }

    Loss summary() {
        Map<LossStage, Long> byStage = new EnumMap<>(LossStage.class);
        put(byStage, LossStage.PROBE_MISSED, statistics.missed());
        put(byStage, LossStage.RING_FULL, Math.max(0, statistics.sum(Stat.RING_FULL)));
        put(byStage, LossStage.RING_FULL, Math.max(0, statistics.sum(Stat.RARE_FULL)));
        for (LossStage stage : LossStage.values()) {
            put(byStage, stage, lossCells[stage.code()]);
        }
        long missed = byStage.getOrDefault(LossStage.PROBE_MISSED, 0L);
        long placed = byStage.values().stream().mapToLong(Long::longValue).sum() - missed;
        long holes = 0;
        long duplicates = 0;
        for (SeqWindow window : windows) {
            if (window != null) {
                holes += window.lost();
                duplicates += window.duplicates();
            }
        }
        long unplaced = Math.max(0, holes - placed);
        return new Loss(placed + unplaced + missed, byStage, unplaced, duplicates, gaps.gaps());
    }

    private static void put(Map<LossStage, Long> byStage, LossStage stage, long count) {
        if (count > 0) {
            byStage.merge(stage, count, Long::sum);
        }
    }

    private SeqWindow window(int cpu) {
        int index = cpu;
        if (cpu >= CPUS_MAX) {
            strayCpus++;
            index = CPUS_MAX - 1;
        }
        if (index >= windows.length) {
            windows = Arrays.copyOf(windows, Math.min(CPUS_MAX, Integer.highestOneBit(index) * 2));
        }
        SeqWindow window = windows[index];
        if (window == null) {
            window = new SeqWindow(index, anyStart, gaps);
            windows[index] = window;
        }
        return window;
    }
}
