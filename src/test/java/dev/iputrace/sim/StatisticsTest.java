package dev.iputrace.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.event.EventSource;
import dev.iputrace.event.Stat;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void whatProbesMissedIsToldBeforeTheCountsThatSettleFindings() {
        Simulator simulator = new Simulator(SimOptions.of(Era.SILENT, Workload.SEED, 1)
                .withEvents(2_000)
                .withFaults(Fault.MISSED_RETURNS)
                .withMissesPerMillion(50_000));
        while (simulator.drain(cell -> {}) != EventSource.END) {}
        List<Integer> told = new ArrayList<>();

        simulator.stats(cell -> told.add(cell.seq()));

        int lastMisses = 0;
        for (int i = 0; i < told.size(); i++) {
            lastMisses = told.get(i) >= Stat.MISSES && told.get(i) < Stat.SEQ ? i : lastMisses;
        }
        assertThat(lastMisses).isPositive().isLessThan(told.indexOf(Stat.SEQ));
    }
}
