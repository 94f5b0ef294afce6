package dev.iputrace.check;

import dev.iputrace.check.Loss.Gap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Where in time events are missing; bounded by joining neighbours of one CPU. */
final class GapLog {
    private static final int GAPS_MAX = 256;

    private final List<Gap> gaps = new ArrayList<>();

    /** True when something was lost between these times. */
    boolean within(long sinceNs, long untilNs) {
        for (Gap gap : gaps) {
            if (gap.afterNs() < untilNs && gap.beforeNs() > sinceNs) {
                return true;
            }
        }
        return false;
    }

    void add(int cpu, long afterNs, long beforeNs, long count) {
        if (gaps.size() >= GAPS_MAX) {
            for (int i = gaps.size() - 1; i >= 0; i--) {
                Gap gap = gaps.get(i);
                if (gap.cpu() == cpu) {
                    long after = Math.min(gap.afterNs(), afterNs);
                    long before = Math.max(gap.beforeNs(), beforeNs);
                    gaps.set(i, new Gap(cpu, after, before, gap.count() + count));
                    return;
                }
            }
        }
        gaps.add(new Gap(cpu, afterNs, beforeNs, count));
    }

    List<Gap> gaps() {
        List<Gap> sorted = new ArrayList<>(gaps);
        sorted.sort(Comparator.comparingInt(Gap::cpu).thenComparingLong(Gap::afterNs));
        return List.copyOf(sorted);
    }
}
