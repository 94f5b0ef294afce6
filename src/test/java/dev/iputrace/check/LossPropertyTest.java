package dev.iputrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A healthy kernel whose events get lost: the checker may not know, but it must not accuse. */
class LossPropertyTest {
    private static final int CELLS = 30_000;

    private final List<Finding> findings = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void countedLossNeverAccuses(long seed) {
        Random random = new Random(seed);
        Traffic traffic = new Traffic(seed, 300, CELLS).births().fill();
        Checker checker = new Checker(HistoryFile.of().provenance(), options(random), findings::add);
        double rate = Math.pow(10, -3 + 2.7 * random.nextDouble());
        boolean bursts = random.nextBoolean();
        int burst = 0;
        long lost = 0;

        EventCell cell = new EventCell(traffic.buffer());
        for (int i = 0; i < traffic.written(); i++) {
            burst = burst > 0 ? burst - 1 : random.nextDouble() < rate ? (bursts ? random.nextInt(500) : 1) : 0;
            if (burst > 0) {
                lost++;
            } else {
                checker.cell(cell.at(i * CellLayout.CELL_SIZE));
            }
        }
        for (int cpu = 0; cpu < Traffic.CPUS; cpu++) {
            checker.cell(Cell.stat(cpu, Stat.SEQ, traffic.nextSeq(cpu)));
        }
        Summary summary = checker.finish();

        assertThat(findings).as("seed %d", seed).isEmpty();
        assertThat(summary.loss().lost()).isEqualTo(lost);
        assertThat(summary.loss().gaps().stream().mapToLong(Loss.Gap::count).sum())
                .isEqualTo(lost);
        assertThat(summary.verdict()).isEqualTo(lost > 0 ? Verdict.UNKNOWN : Verdict.OK);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void disorderAndCopiesAccuseNobodyAndLoseNothing(long seed) {
        Random random = new Random(seed);
        Traffic traffic = new Traffic(seed, 300, CELLS).births().fill();
        Checker checker = new Checker(HistoryFile.of().provenance(), options(random), findings::add);

        // Only events that change no life may overtake: the source keeps the order of the others.
        EventCell cell = new EventCell(traffic.buffer());
        List<Integer> held = new ArrayList<>();
        for (int i = 0; i < traffic.written(); i++) {
            cell.at(i * CellLayout.CELL_SIZE);
            if ((cell.op() == OpCode.IGRAB || cell.op() == OpCode.IPUT) && random.nextInt(50) == 0) {
                held.add(i);
                continue;
            }
            checker.cell(cell);
            if (random.nextInt(100) == 0) {
                checker.cell(cell);
            }
            if (held.size() > 20) {
                held.forEach(late -> checker.cell(cell.at(late * CellLayout.CELL_SIZE)));
                held.clear();
            }
        }
        held.forEach(late -> checker.cell(cell.at(late * CellLayout.CELL_SIZE)));
        Summary summary = checker.finish();

        assertThat(findings).as("seed %d", seed).isEmpty();
        assertThat(summary.reasons()).isEmpty();
        assertThat(summary.eventsTotal()).isEqualTo(traffic.written());
        assertThat(summary.loss().duplicates()).isPositive();
    }

    /** A kprobe that is skipped in silence leaves no hole: then a suspicion is allowed, a proof is not. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void silentMissesOfKprobesNeverProve(long seed) {
        Random random = new Random(seed);
        Traffic traffic = new Traffic(seed, 300, CELLS).births().fill();
        Provenance provenance = HistoryFile.of().provenance();
        for (Op op : Op.values()) {
            if (op.code() < OpCode.FIRST_COMPANION) {
                provenance = provenance.with("probe." + op.label(), "kprobe:" + op.label());
            }
        }
        Checker checker = new Checker(provenance, options(random), findings::add);
        double rate = Math.pow(10, -3 + 2 * random.nextDouble());
        int[] next = new int[Traffic.CPUS];

        EventCell cell = new EventCell(traffic.buffer());
        for (int i = 0; i < traffic.written(); i++) {
            cell.at(i * CellLayout.CELL_SIZE);
            if (random.nextDouble() >= rate) {
                traffic.buffer().putInt(i * CellLayout.CELL_SIZE + CellLayout.SEQ, next[cell.cpu()]++);
                checker.cell(cell);
            }
        }
        Summary summary = checker.finish();

        assertThat(findings).as("seed %d", seed).noneMatch(Finding::isProof);
        assertThat(summary.verdict()).isIn(Verdict.SUSPECT, Verdict.UNKNOWN);
        assertThat(summary.reasons()).anyMatch(reason -> reason.startsWith("silent misses of kprobes"));
        assertThat(summary.loss().lost()).isZero();
    }

    private static CheckerOptions options(Random random) {
        return CheckerOptions.defaults().withHistoryCells(256 << random.nextInt(3));
    }
}
