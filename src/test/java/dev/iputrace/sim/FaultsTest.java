package dev.iputrace.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.iputrace.check.Verdict;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.kernel.Cause;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Fault;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each fault of the kernel, put in, is found where the simulator says that it showed, and nothing else is; each fault
 * of the observation accuses nobody. Era, workload and CPUs go round with the seed.
 */
class FaultsTest {
    private static final int SEEDS = 1000;
    private static final int INODES = 128;

    /** What faults of the kernel are named by: one of {@code roots} at least; {@code consequences} may come with it. */
    @SuppressWarnings("ImmutableEnumChecker") // its sets and lists are filled once and only read
    enum OfKernel {
        /** Era A as the seed met it: the refusal is ignored by nature; kjournald2 writes what has no reference. */
        IGRAB_IGNORED_BY_NATURE(
                Cause.IGNORED_REFUSAL,
                EnumSet.of(Rule.R4),
                EnumSet.of(Rule.R1, Rule.R2, Rule.R3, Rule.R7, Rule.R10),
                List.of(Era.RHEL6_279),
                List.of(Workload.SEED, Workload.CREATE_UNLINK, Workload.UMOUNT)),
        IGRAB_IGNORED(
                Cause.IGNORED_REFUSAL,
                EnumSet.of(Rule.R4),
                EnumSet.of(Rule.R1, Rule.R2, Rule.R3, Rule.R7, Rule.R10),
                List.of(Era.MODERN, Era.SILENT),
                List.of(Workload.SEED, Workload.CREATE_UNLINK)),
        PUT_TWICE(
                Cause.EXTRA_PUT,
                EnumSet.of(Rule.R1, Rule.R2),
                EnumSet.of(Rule.R3, Rule.R4, Rule.R5, Rule.R7),
                CleanErasTest.CLEAN,
                List.of(Workload.AIO_DIO_UNLINK, Workload.CREATE_UNLINK, Workload.UMOUNT)),
        PUT_FORGOTTEN(
                Cause.FORGOTTEN_PUT,
                EnumSet.of(Rule.R10),
                EnumSet.noneOf(Rule.class),
                CleanErasTest.CLEAN,
                List.of(Workload.SEED, Workload.CREATE_UNLINK, Workload.UMOUNT)),
        IO_END_FREED_TWICE(
                Cause.IO_END_FREED_TWICE,
                EnumSet.of(Rule.R8),
                EnumSet.noneOf(Rule.class),
                List.of(Era.F7AD6D2E, Era.MODERN, Era.SILENT),
                List.of(Workload.SEED, Workload.RENAME_OVER, Workload.CREATE_UNLINK, Workload.UMOUNT)),
        /** Where the io_end holds a reference, the second free puts it twice. */
        IO_END_FREED_TWICE_WITH_PUT(
                Cause.IO_END_FREED_TWICE,
                EnumSet.of(Rule.R8),
                EnumSet.of(Rule.R1, Rule.R2, Rule.R3, Rule.R4, Rule.R7, Rule.R10),
                List.of(Era.RHEL6_279_STOCK),
                List.of(Workload.AIO_DIO_UNLINK)),
        IO_END_LEAKED(
                Cause.IO_END_LEAKED,
                EnumSet.of(Rule.R8, Rule.R9),
                EnumSet.of(Rule.R10),
                List.of(Era.F7AD6D2E, Era.MODERN, Era.SILENT),
                List.of(Workload.SEED, Workload.RENAME_OVER, Workload.CREATE_UNLINK, Workload.UMOUNT)),
        IO_END_LEAKED_WITH_REFERENCE(
                Cause.IO_END_LEAKED,
                EnumSet.of(Rule.R8),
                EnumSet.of(Rule.R10),
                List.of(Era.RHEL6_279_STOCK),
                List.of(Workload.AIO_DIO_UNLINK)),
        IHOLD_ON_ZERO(
                Cause.HOLD_ON_ZERO,
                EnumSet.of(Rule.R5),
                EnumSet.of(Rule.R2, Rule.R3, Rule.R7, Rule.R10),
                CleanErasTest.CLEAN,
                List.of(Workload.RENAME_OVER, Workload.CREATE_UNLINK)),
        /** Where I_FREEING was set between entry and lock, R6 cannot see it; what follows shows it. */
        IGRAB_IGNORES_FREEING(
                Cause.GRAB_OF_DYING,
                EnumSet.of(Rule.R6, Rule.R3, Rule.R2),
                EnumSet.of(Rule.R1, Rule.R2W, Rule.R7, Rule.R10),
                List.of(Era.MODERN, Era.SILENT),
                List.of(Workload.SEED, Workload.CREATE_UNLINK));

        final Cause cause;
        final Set<Rule> roots;
        final Set<Rule> consequences;
        final List<Era> eras;
        final List<Workload> workloads;

        OfKernel(Cause cause, Set<Rule> roots, Set<Rule> consequences, List<Era> eras, List<Workload> workloads) {
            this.cause = cause;
            this.roots = roots;
            this.consequences = consequences;
            this.eras = eras;
            this.workloads = workloads;
        }

        Set<Fault> faults() {
            return switch (this) {
                case IGRAB_IGNORED_BY_NATURE -> EnumSet.noneOf(Fault.class);
                case IGRAB_IGNORED -> EnumSet.of(Fault.IGRAB_IGNORED);
                case PUT_TWICE -> EnumSet.of(Fault.PUT_TWICE);
                case PUT_FORGOTTEN -> EnumSet.of(Fault.PUT_FORGOTTEN);
                case IO_END_FREED_TWICE, IO_END_FREED_TWICE_WITH_PUT -> EnumSet.of(Fault.IO_END_FREED_TWICE);
                case IO_END_LEAKED, IO_END_LEAKED_WITH_REFERENCE -> EnumSet.of(Fault.IO_END_LEAKED);
                case IHOLD_ON_ZERO -> EnumSet.of(Fault.IHOLD_ON_ZERO);
                case IGRAB_IGNORES_FREEING -> EnumSet.of(Fault.IGRAB_IGNORES_FREEING);
            };
        }

        long events() {
            return switch (this) {
                case IGRAB_IGNORED_BY_NATURE, IGRAB_IGNORED, IGRAB_IGNORES_FREEING -> 3_000;
                default -> 1_500;
            };
        }

        SimOptions options(long seed) {
            long next = seed;
            Era era = eras.get((int) (next % eras.size()));
            next /= eras.size();
            Workload workload = workloads.get((int) (next % workloads.size()));
            next /= workloads.size();
            int cpus = CleanErasTest.CPUS.get((int) (next % CleanErasTest.CPUS.size()));
            int every = this == IGRAB_IGNORES_FREEING ? 1 : this == IO_END_LEAKED_WITH_REFERENCE ? 32 : 8;
            return SimOptions.of(era, workload, seed)
                    .withCpus(cpus)
                    .withEvents(events())
                    .withInodes(INODES)
                    .withNodelalloc(this == IGRAB_IGNORED_BY_NATURE)
                    .withFaults(faults())
                    .withFaultRate(every, 1 << 20);
        }
    }

    @ParameterizedTest
    @EnumSource(OfKernel.class)
    void aFaultOfTheKernelIsNamedAndNothingElseIs(OfKernel fault) {
        List<Long> idle = new ArrayList<>();
        Failures failures = new Failures();

        failures.each(SEEDS, seed -> {
            SimRun run = new SimRun(fault.options(seed));
            String difference = run.difference();
            if (!difference.isEmpty()) {
                return Failures.of(run, difference);
            }
            if (!run.truth.causes.containsKey(fault.cause)) {
                idle.add(seed);
                return run.summary.verdict() == Verdict.OK ? "" : Failures.of(run, "the fault had no chance; want OK");
            }
            Set<Rule> unexpected = run.rules();
            boolean named = unexpected.stream().anyMatch(fault.roots::contains);
            unexpected.removeAll(fault.roots);
            unexpected.removeAll(fault.consequences);
            return named && unexpected.isEmpty() ? "" : Failures.of(run, "want " + fault.roots);
        });

        failures.assertNone();
        System.err.printf("%s: no chance to act in %d of %d seeds: %s%n", fault, idle.size(), SEEDS, idle);
        assertThat(idle).hasSizeLessThan(SEEDS / 2);
    }

    @Test
    void everyFaultOfTheKernelIsTried() {
        Set<Fault> tried = EnumSet.noneOf(Fault.class);
        for (OfKernel each : OfKernel.values()) {
            tried.addAll(each.faults());
        }

        assertThat(tried)
                .containsExactlyInAnyOrderElementsOf(EnumSet.allOf(Fault.class).stream()
                        .filter(Fault::ofKernel)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REORDERED", "ADDRESS_REUSE"})
    void disorderAndReuseAccuseNobody(Fault fault) {
        int acted = 0;
        Failures failures = new Failures();
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);

        for (long seed = 1; seed <= SEEDS; seed++) {
            SimRun run = new SimRun(ofObservation(seed).withFaults(fault));
            acted += fault == Fault.REORDERED ? Integer.signum(run.overtaken) : Integer.signum(run.reborn);
            verdicts.merge(run.summary.verdict(), 1, Integer::sum);
            failures.each(1, unused -> run.summary.verdict() == Verdict.OK ? "" : Failures.of(run, "want OK"));
        }

        failures.assertNone();
        System.err.printf("%s: acted in %d of %d seeds%n", fault, acted, SEEDS);
        assertThat(acted).isGreaterThan(SEEDS / 2);
    }

    /** What no probe saw leaves no hole, only a number in the statistics: suspicions are allowed then, that say why. */
    @Test
    void missedReturnsProveNothing() {
        List<Long> idle = new ArrayList<>();
        Failures failures = new Failures();

        failures.each(SEEDS, seed -> {
            SimRun run = new SimRun(ofObservation(seed).withFaults(Fault.MISSED_RETURNS));
            if (run.simulator.missed() == 0) {
                idle.add(seed);
                return run.summary.verdict() == Verdict.OK ? "" : Failures.of(run, "nothing was missed; want OK");
            }
            boolean proved = run.findings.stream().anyMatch(finding -> finding.isProof());
            boolean explained = run.findings.stream().allMatch(finding -> finding.whySuspect() != null);
            boolean doubted = run.summary.verdict() == Verdict.UNKNOWN || run.summary.verdict() == Verdict.SUSPECT;
            return !proved && explained && doubted ? "" : Failures.of(run, "want no proof and no OK");
        });

        failures.assertNone();
        System.err.printf("MISSED_RETURNS: no chance to act in %d of %d seeds: %s%n", idle.size(), SEEDS, idle);
        assertThat(idle).hasSizeLessThan(SEEDS / 2);
    }

    private static SimOptions ofObservation(long seed) {
        Era era = CleanErasTest.CLEAN.get((int) (seed % 4));
        Workload workload = List.of(Workload.values()).get((int) (seed / 4 % Workload.values().length));
        int cpus = CleanErasTest.CPUS.get(seed % 20 < 4 ? 0 : seed % 2 == 0 ? 1 : 2);
        return SimOptions.of(era, workload, seed)
                .withCpus(cpus)
                .withEvents(1_500)
                .withInodes(INODES);
    }
}
