package dev.iputrace.trace.ctf;

import dev.iputrace.trace.SeqLoss;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link SeqLoss} by CPU, and the time of its last cell. It outlives the parts of a recording: a hole between two parts
 * is loss, too, and time goes forward from one to the next.
 */
final class SeqLossTable {
    private final @Nullable String seq;
    private @Nullable SeqLoss[] byCpu = new @Nullable SeqLoss[16];
    private long[] lastTsNs = new long[16];

    SeqLossTable(@Nullable String seq) {
        this.seq = seq;
    }

    SeqLoss of(int cpu) {
        if (cpu >= byCpu.length) {
            byCpu = Arrays.copyOf(byCpu, Math.max(cpu + 1, 2 * byCpu.length));
            lastTsNs = Arrays.copyOf(lastTsNs, byCpu.length);
        }
        SeqLoss loss = byCpu[cpu];
        if (loss == null) {
            loss = SeqLoss.of(seq);
            byCpu[cpu] = loss;
        }
        return loss;
    }

    /** Of the parts before; of a CPU that {@link #of} was asked for. */
    long lastTsNs(int cpu) {
        return lastTsNs[cpu];
    }

    void ended(int cpu, long tsNs) {
        lastTsNs[cpu] = tsNs;
    }
}
