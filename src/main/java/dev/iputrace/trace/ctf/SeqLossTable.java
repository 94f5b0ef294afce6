package dev.iputrace.trace.ctf;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@link SeqLoss} by CPU. It outlives the parts of a recording: a hole between two parts is loss, too. */
final class SeqLossTable {
    private final boolean counted;
    private @Nullable SeqLoss[] byCpu = new @Nullable SeqLoss[16];

    SeqLossTable(boolean counted) {
        this.counted = counted;
    }

    SeqLoss of(int cpu) {
        if (cpu >= byCpu.length) {
            byCpu = Arrays.copyOf(byCpu, Math.max(cpu + 1, 2 * byCpu.length));
        }
        SeqLoss loss = byCpu[cpu];
        if (loss == null) {
            loss = new SeqLoss(counted);
            byCpu[cpu] = loss;
        }
        return loss;
    }
}
