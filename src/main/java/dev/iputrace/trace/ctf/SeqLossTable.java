package dev.iputrace.trace.ctf;

import dev.iputrace.trace.SeqLoss;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@link SeqLoss} by CPU. It outlives the parts of a recording: a hole between two parts is loss, too. */
final class SeqLossTable {
    private final @Nullable String seq;
    private @Nullable SeqLoss[] byCpu = new @Nullable SeqLoss[16];

    SeqLossTable(@Nullable String seq) {
        this.seq = seq;
    }

    SeqLoss of(int cpu) {
        if (cpu >= byCpu.length) {
            byCpu = Arrays.copyOf(byCpu, Math.max(cpu + 1, 2 * byCpu.length));
        }
        SeqLoss loss = byCpu[cpu];
        if (loss == null) {
            loss = SeqLoss.of(seq);
            byCpu[cpu] = loss;
        }
        return loss;
    }
}
