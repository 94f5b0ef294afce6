package dev.iputrace.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static final long NOW_NS = 100_000_000_000L;

    private static Snapshot snapshot(String provenance, long lost) {
        Checker checker = new Checker(Provenance.parse(provenance), CheckerOptions.defaults(), finding -> {});
        ByteBuffer buffer = ByteBuffer.allocate(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        CellWriter writer = new CellWriter(buffer);
        for (int seq = 0; seq < 1000; seq++) {
            writer.begin(0, seq, OpCode.IPUT, 0, 0, seq).inode(8, 9, 1).state(2, 0);
            checker.cell(new EventCell(buffer));
        }
        writer.begin(0, 2000, OpCode.LOSS, LossStage.SOCKET.code(), 0, 0).word(0, lost);
        checker.cell(new EventCell(buffer));
        return new Snapshot(checker.summary(), 0, Delays.NONE, Map.of(), NOW_NS);
    }

    @Test
    void freshAndWholeIsReady() {
        assertThat(Readiness.problems(snapshot("probe.iput=kprobe:iput", 0), NOW_NS + 1_000_000_000))
                .isEmpty();
    }

    @Test
    void littleLossIsNoProblemMuchIs() {
        assertThat(Readiness.problems(snapshot("", 5), NOW_NS)).isEmpty();
        assertThat(Readiness.problems(snapshot("", 500), NOW_NS)).containsExactly("lost 500 of 1500 events");
    }

    @Test
    void silentCheckerIsAProblem() {
        assertThat(Readiness.problems(snapshot("", 0), NOW_NS + 61_000_000_000L))
                .containsExactly("the checker has not reported for 61 s");
    }

    @Test
    void missingProbeIsNamedWithItsReason() {
        assertThat(Readiness.problems(snapshot("missing.iput=not in /proc/kallsyms", 0), NOW_NS))
                .containsExactly("probe iput is not attached: not in /proc/kallsyms");
    }
}
