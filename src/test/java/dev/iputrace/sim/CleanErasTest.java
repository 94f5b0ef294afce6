package dev.iputrace.sim;

import dev.iputrace.check.Verdict;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels that break no rule: the checker may not accuse them, whatever gets lost on the way. */
class CleanErasTest {
    static final List<Era> CLEAN = List.of(Era.RHEL6_279_STOCK, Era.F7AD6D2E, Era.MODERN, Era.SILENT);
    static final List<Integer> CPUS = List.of(1, 2, 8);

    private static final int SEEDS = 1000;
    private static final int EVENTS = 800;
    private static final int INODES = 128;

    /** From 0.1 to 50 %. */
    private static final int[] LOST_PER_MILLION = {1_000, 5_000, 20_000, 100_000, 500_000};

    static List<Arguments> erasAndWorkloads() {
        List<Arguments> all = new ArrayList<>();
        for (Era era : CLEAN) {
            for (Workload workload : Workload.values()) {
                all.add(Arguments.of(era, workload));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("erasAndWorkloads")
    void nobodyIsAccusedWhenAllIsSeen(Era era, Workload workload) {
        Failures failures = new Failures();

        for (int cpus : CPUS) {
            failures.each(SEEDS, seed -> {
                SimRun run = new SimRun(options(era, workload, seed, cpus));
                boolean clean = run.summary.verdict() == Verdict.OK && run.findings.isEmpty() && !run.simulator.hung();
                return clean && run.truth.broken.isEmpty() ? "" : Failures.of(run, "want OK");
            });
        }

        failures.assertNone();
    }

    @ParameterizedTest
    @MethodSource("erasAndWorkloads")
    void nobodyIsAccusedAndNothingIsVouchedForWhenEventsAreLost(Era era, Workload workload) {
        Failures failures = new Failures();

        for (int cpus : CPUS) {
            failures.each(SEEDS, seed -> {
                SimRun run = new SimRun(options(era, workload, seed, cpus)
                        .withFaults(Fault.LOST_EVENTS)
                        .withLossPerMillion(LOST_PER_MILLION[(int) (seed % LOST_PER_MILLION.length)]));
                Verdict want = run.summary.loss().none() ? Verdict.OK : Verdict.UNKNOWN;
                boolean exact = run.summary.loss().lost() == run.simulator.lost();
                boolean clean = run.summary.verdict() == want && run.findings.isEmpty();
                return clean && exact ? "" : Failures.of(run, "want " + want + ", lost " + run.simulator.lost());
            });
        }

        failures.assertNone();
    }

    private static SimOptions options(Era era, Workload workload, long seed, int cpus) {
        return SimOptions.of(era, workload, seed)
                .withCpus(cpus)
                .withEvents(EVENTS)
                .withInodes(INODES);
    }
}
