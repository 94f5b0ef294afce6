package dev.iputrace.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.event.EventSource;
import dev.iputrace.sim.kernel.Era;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The licence of the fake kernel's hot path to be ugly. */
class SimulatorAllocationTest {
    private static final long EVENTS = 1_000_000;
    private static final int ROUNDS_MAX = 4;

    @ParameterizedTest
    @EnumSource(
            value = Era.class,
            names = {"F7AD6D2E", "MODERN"})
    void aMillionEventsAllocateNothing(Era era) {
        Simulator simulator = new Simulator(SimOptions.of(era, Workload.CREATE_UNLINK, 1));
        Checker checker = new Checker(simulator.provenance(), CheckerOptions.defaults(), finding -> {
            throw new AssertionError(finding);
        });
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long least = Long.MAX_VALUE;
        for (int round = 1; round <= ROUNDS_MAX && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            drain(simulator, checker, round * EVENTS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        // Tables grow and classes load in the first rounds; an object per event would be 16 MB in each.
        assertThat(simulator.events()).isGreaterThanOrEqualTo(2 * EVENTS);
        assertThat(least).isLessThan(1_000);
    }

    private static void drain(Simulator simulator, Checker checker, long untilEvents) {
        while (simulator.events() < untilEvents && simulator.drain(checker) != EventSource.END) {}
    }
}
