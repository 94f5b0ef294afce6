package dev.iputrace.check;

import dev.iputrace.event.EventView;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Stat;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was tried against what came: {@code seq} per CPU, the source's own statistics, and LOSS cells. */
final class Accounting {
    /** NR_CPUS of no distribution is larger; a higher number is damage. */
    static final int CPUS_MAX = 8192;

    private static final int STAGES = 1 + LossStage.IMPORT.code();

    private final boolean hasSeq;
    private final boolean anyStart;
    private final GapLog gaps = new GapLog();
    private final long[] lossCells = new long[STAGES];
    private @Nullable Cpu[] cpus = new @Nullable Cpu[64];
    private long strayCpus;

    private static final class Cpu {
        final SeqWindow window;
        /** Latest value of each {@link Stat}; -1 while the source has not told. */
        final long[] stats = new long[Stat.NR];

        Cpu(SeqWindow window) {
            this.window = window;
            Arrays.fill(stats, -1);
        }
    }

    /** {@code seq}: {@code none}, {@code any} (may begin anywhere) or null (begins at 0). */
    Accounting(@Nullable String seq) {
        hasSeq = !"none".equals(seq);
        anyStart = "any".equals(seq);
    }

    /** False when the event came before and must be ignored. Hot path: one call per kernel event; allocates nothing. */
    boolean accept(int cpu, int seq, long tsNs) {
        @Nullable Cpu[] known = cpus;
        Cpu entry = cpu < known.length ? known[cpu] : null;
        if (entry == null) {
            entry = cpu(cpu);
        }
        if (!hasSeq) {
            entry.window.touch(tsNs);
            return true;
        }
        return entry.window.accept(seq, tsNs);
    }

    void loss(EventView cell) {
        long count = Math.max(0, cell.word(0));
        LossStage stage = LossStage.of(cell.flags());
        lossCells[stage.code()] += count;
        // With numbers, the hole that they leave says more than the cell; a probe that did not run took no number.
        if (count > 0 && (!hasSeq || stage == LossStage.PROBE_MISSED)) {
            gaps.add(cell.cpu(), cpu(cell.cpu()).window.lastNs(), cell.tsNs(), count);
        }
    }

    void stat(EventView cell) {
        int stat = cell.seq();
        if (stat >= 0 && stat < Stat.NR) {
            cpu(cell.cpu()).stats[stat] = cell.word(0);
        }
    }

    /** The observation is over: holes are losses, and so is what lies beyond the last event. */
    void finish() {
        for (Cpu cpu : cpus) {
            if (cpu != null && hasSeq) {
                long tried = cpu.stats[Stat.SEQ];
                cpu.window.finish(tried >= 0, (int) tried);
            }
        }
    }

    /** Events whose number was skipped and that may still come. */
    long missing() {
        long sum = 0;
        for (Cpu cpu : cpus) {
            sum += cpu == null ? 0 : cpu.window.missing();
        }
        return sum;
    }

    /** True when between these times numbers are missing that may still come. */
    boolean missingWithin(long sinceNs, long untilNs) {
        for (Cpu cpu : cpus) {
            if (cpu != null && cpu.window.missingWithin(sinceNs, untilNs)) {
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
        for (Cpu cpu : cpus) {
            if (cpu != null && cpu.window.lostWithin(sinceNs, untilNs)) {
                return true;
            }
        }
        return false;
    }

    /** Sum over CPUs of the latest values; -1 when no CPU told. */
    long stat(int stat) {
        long sum = -1;
        for (Cpu cpu : cpus) {
            if (cpu != null && cpu.stats[stat] >= 0) {
                sum = Math.max(sum, 0) + cpu.stats[stat];
            }
        }
        return sum;
    }

    /** Calls of this probe that were not seen, as far as the kernel tells. */
    long missed(Op op) {
        long missed = 0;
        for (int id = op.code(); id <= op.code() + Stat.RETURN; id += Stat.RETURN) {
            missed += Math.max(0, stat(Stat.MISSES + id)) + Math.max(0, silent(id));
        }
        return missed;
    }

    /** True when the kernel tells how often it reached this probe, so that nothing is missed without a trace. */
    boolean hitsKnown(Op op) {
        return silent(op.code()) >= 0
                && (stat(Stat.RUNS + Stat.RETURN + op.code()) < 0 || silent(Stat.RETURN + op.code()) >= 0);
    }

    /** Hits minus runs: calls skipped without a word; -1 when hits are not told. A probe cannot run without a hit. */
    private long silent(int id) {
        long hits = stat(Stat.HITS + id);
        long runs = Math.max(0, stat(Stat.RUNS + id));
        return hits < runs ? -1 : hits - runs;
    }

    long strayCpus() {
        return strayCpus;
    }

    Loss summary() {
        Map<LossStage, Long> byStage = new EnumMap<>(LossStage.class);
        put(byStage, LossStage.PROBE_MISSED, probeMissed());
        put(byStage, LossStage.RING_FULL, positive(Stat.RING_FULL) + positive(Stat.RARE_FULL));
        for (LossStage stage : LossStage.values()) {
            put(byStage, stage, lossCells[stage.code()]);
        }
        long missedInKernel = byStage.getOrDefault(LossStage.PROBE_MISSED, 0L);
        long placed = byStage.values().stream().mapToLong(Long::longValue).sum() - missedInKernel;
        long holes = 0;
        long duplicates = 0;
        for (Cpu cpu : cpus) {
            if (cpu != null) {
                holes += cpu.window.lost();
                duplicates += cpu.window.duplicates();
            }
        }
        long unplaced = Math.max(0, holes - placed);
        return new Loss(placed + unplaced + missedInKernel, byStage, unplaced, duplicates, gaps.gaps());
    }

    private long probeMissed() {
        long missed = positive(Stat.NO_ENTRY) + positive(Stat.MAP_FULL);
        for (Op op : Op.values()) {
            missed += op.code() < OpCode.FIRST_COMPANION ? missed(op) : 0;
        }
        return missed;
    }

    private long positive(int stat) {
        return Math.max(0, stat(stat));
    }

    private static void put(Map<LossStage, Long> byStage, LossStage stage, long count) {
        if (count > 0) {
            byStage.merge(stage, count, Long::sum);
        }
    }

    private Cpu cpu(int number) {
        int index = number;
        if (number >= CPUS_MAX) {
            strayCpus++;
            index = CPUS_MAX - 1;
        }
        if (index >= cpus.length) {
            cpus = Arrays.copyOf(cpus, Math.min(CPUS_MAX, Integer.highestOneBit(index) * 2));
        }
        Cpu cpu = cpus[index];
        if (cpu == null) {
            cpu = new Cpu(new SeqWindow(index, anyStart, gaps));
            cpus[index] = cpu;
        }
        return cpu;
    }
}
