package dev.iputrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.iputrace.event.Provenance;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The licence of the hot path to be ugly. */
class AllocationTest {
    private static final int CELLS = 1_200_000;

    @Test
    void aMillionEventsAllocateNothing() {
        allocateNothing(HistoryFile.of().provenance());
    }

    @Test
    void norWhereTheyMustBePutInOrderFirst() {
        allocateNothing(HistoryFile.of().provenance().with("jitter_ns", "100000"));
    }

    private static void allocateNothing(Provenance provenance) {
        Traffic traffic = new Traffic(1, 20_000, CELLS).births().fill();
        Checker checker = new Checker(provenance, CheckerOptions.defaults(), finding -> {
            throw new AssertionError(finding);
        });
        int warm = 150_000;
        traffic.replay(checker, 0, warm);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        traffic.replay(checker, warm, traffic.written());
        checker.flush();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(traffic.written() - warm).isGreaterThan(1_000_000);
        // One flyweight for the replay itself; an object per event would be 16 MB and more.
        assertThat(allocated).isLessThan(10_000);
        Summary summary = checker.finish();
        assertThat(summary.verdict()).as("%s", summary.reasons()).isEqualTo(Verdict.OK);
        assertThat(summary.eventsTotal()).isEqualTo(traffic.written());
    }
}
