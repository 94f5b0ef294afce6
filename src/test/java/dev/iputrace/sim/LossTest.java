package dev.iputrace.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.Finding;
import dev.iputrace.check.Seen;
import dev.iputrace.check.Verdict;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.OpCode;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.kernel.Broken;
import dev.iputrace.sim.kernel.Fault;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Broken kernels whose events get lost: what the survivors prove is found, nothing else is. The same seed without loss
 * gives the same kernel, so it is known which events are missing and when they happened.
 */
class LossTest {
    private static final int SEEDS = 250;
    private static final int[] LOST_PER_MILLION = {300, 1_000, 5_000, 20_000, 100_000, 500_000};
    private static final int BY_STATE = Broken.R7.bit() | Broken.R8.bit();

    private final Map<Rule, Integer> demanded = new EnumMap<>(Rule.class);

    @ParameterizedTest
    @EnumSource(FaultsTest.OfKernel.class)
    void whatTheSurvivorsProveIsFoundAndNothingElse(FaultsTest.OfKernel fault) {
        Failures failures = new Failures();

        failures.each(SEEDS, seed -> {
            SimOptions options = fault.options(seed);
            Set<Fault> faults = EnumSet.of(Fault.LOST_EVENTS);
            faults.addAll(options.faults());
            SimRun run = new SimRun(options.withFaults(faults)
                    .withLossPerMillion(LOST_PER_MILLION[(int) (seed / 7 % LOST_PER_MILLION.length)]));
            String wrong = accusedInnocent(run) + missed(run, quietUntilNs(options, run));
            boolean ok = run.summary.verdict() == Verdict.OK && run.simulator.lost() > 0;
            return wrong.isEmpty() && !ok ? "" : Failures.of(run, wrong + (ok ? "lost, and OK" : ""));
        });

        failures.assertNone();
        System.err.printf("%s: violations that had to be found in spite of loss, by rule: %s%n", fault, demanded);
        boolean leak = fault.roots.contains(Rule.R10)
                || fault.roots.contains(Rule.R9)
                || fault.faults().contains(Fault.IO_END_LEAKED);
        assertThat(demanded.isEmpty()).isEqualTo(leak);
    }

    /** Everything found is really so: the same event, no rule more; a leak, if nothing else, of the same object. */
    private static String accusedInnocent(SimRun run) {
        Map<Long, Integer> byEvent = new HashMap<>();
        Set<Long> left = new HashSet<>();
        for (TruthLog.Breach breach : run.truth.broken) {
            byEvent.merge(key(breach.cpu(), breach.seq()), breach.rules(), (a, b) -> a | b);
            left.add(breach.ioEnd() != 0 ? breach.ioEnd() : breach.inode());
        }
        for (Finding finding : run.findings) {
            Seen seen = finding.seen();
            Set<Rule> rules = EnumSet.of(finding.rule());
            rules.addAll(finding.also());
            boolean leak = finding.rule() == Rule.R9
                    || finding.rule() == Rule.R10
                    || (finding.rule() == Rule.R8 && seen.op() == OpCode.IO_END_INIT);
            int real = byEvent.getOrDefault(key(seen.cpu(), seen.seq()), 0);
            boolean so = leak
                    ? left.contains(finding.rule() == Rule.R10 ? seen.inode() : seen.ioEnd()) || run.simulator.hung()
                    : rules.stream().allMatch(rule -> (real & bit(rule)) != 0);
            if (!so) {
                return "accused: " + rules + " at event " + seen.seq() + " of cpu " + seen.cpu() + "; ";
            }
        }
        return "";
    }

    private String missed(SimRun run, long quietUntilNs) {
        Map<Long, Integer> found = new HashMap<>();
        for (Finding finding : run.findings) {
            int rules = bit(finding.rule());
            for (Rule also : finding.also()) {
                rules |= bit(also);
            }
            found.merge(key(finding.seen().cpu(), finding.seen().seq()), rules, (a, b) -> a | b);
        }
        for (TruthLog.Breach breach : run.truth.broken) {
            boolean leak = breach.seq() < 0;
            // The put of an io_end that holds nothing breaks R4 by what its init was; the init itself by its own bytes.
            int byState = breach.ioEnd() == 0 ? BY_STATE | Broken.R4.bit() : BY_STATE;
            int demanded = breach.tsNs() < quietUntilNs ? breach.rules() : breach.rules() & ~byState;
            int missing = demanded & ~found.getOrDefault(key(breach.cpu(), breach.seq()), 0);
            if (leak || !breach.sent()) {
                continue;
            }
            for (Rule rule : Rule.values()) {
                this.demanded.merge(rule, Integer.bitCount(demanded & bit(rule)), Integer::sum);
            }
            this.demanded.values().removeIf(count -> count == 0);
            if (missing != 0) {
                return "missed: rules " + Integer.toBinaryString(missing) + " at event " + breach.seq() + " of cpu "
                        + breach.cpu() + "; ";
            }
        }
        return "";
    }

    /** Before this time nothing is missing, whatever the holes may hide: of each CPU all events to here have come. */
    private static long quietUntilNs(SimOptions options, SimRun lossy) {
        Set<Long> came = new HashSet<>();
        Simulator again = new Simulator(lossy.options);
        drain(again, cell -> came.add(cell));
        long[] lastCameNs = new long[options.cpus()];
        boolean[] gap = new boolean[options.cpus()];
        long[] untilNs = new long[options.cpus()];
        Arrays.fill(untilNs, Long.MAX_VALUE);
        Simulator whole = new Simulator(options);
        while (whole.drain(cell -> {
                    if (cell.op() < OpCode.FIRST_COMPANION) {
                        int cpu = cell.cpu();
                        if (!came.contains(key(cpu, cell.seq())) && !gap[cpu]) {
                            gap[cpu] = true;
                            untilNs[cpu] = lastCameNs[cpu];
                        }
                        lastCameNs[cpu] = Math.max(lastCameNs[cpu], cell.tsNs());
                    }
                })
                != EventSource.END) {}
        return Arrays.stream(untilNs).min().orElseThrow();
    }

    private static void drain(Simulator simulator, java.util.function.LongConsumer keys) {
        while (simulator.drain(cell -> {
                    if (cell.op() < OpCode.FIRST_COMPANION) {
                        keys.accept(key(cell.cpu(), cell.seq()));
                    }
                })
                != EventSource.END) {}
    }

    private static long key(int cpu, int seq) {
        return ((long) cpu << 32) | (seq & 0xffffffffL);
    }

    /** The bit of {@link Broken} with this rule's name; 0 for R9, which only the checker has. */
    private static int bit(Rule rule) {
        return rule == Rule.R9 ? 0 : Broken.valueOf(rule.name()).bit();
    }
}
