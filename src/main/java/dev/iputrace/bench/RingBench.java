package dev.iputrace.bench;

import dev.iputrace.agent.RingMemory;
import dev.iputrace.agent.RingReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@code bench ring}: the Java reader and C readers in one run, against goals. */
public final class RingBench {

    private static final double SATURATED_MILLIONS_MIN = 8;
    private static final double RATIO_TO_C_MIN = 0.8;
    private static final double CPU_SHARE_MAX = 0.4;
    private static final long P99_NS_MAX = 1_000_000;

    /**
     * All that was measured.
     *
     * @param stalls lost wake-ups in all runs in epoll mode
     * @param stallsUnfenced in as many runs of a reader without the fence before it sleeps
     */
    public record Result(
            BenchOptions options,
            Machine machine,
            SaturatedBench.Result saturated,
            SustainedBench.Result sustained,
            SustainedBench.Result sustainedC,
            long wakeupEvents,
            long stalls,
            long stallsUnfenced) {
        /** False when a goal was missed that can be judged here. */
        public boolean passed() {
            return goals().stream().noneMatch(goal -> goal.outcome(machine.quiet()) == Goal.Outcome.MISSED);
        }

        List<Goal> goals() {
            double saturatedMillions =
                    Spread.of(saturated.javaChecker().millionsPerSecond()).median();
            double ratio = saturated.javaToC().median();
            List<Goal> goals = new ArrayList<>();
            goals.add(new Goal(
                    "saturated, full checker",
                    format(">= %.0f M events/s", SATURATED_MILLIONS_MIN),
                    format("%.1f M events/s", saturatedMillions),
                    saturatedMillions >= SATURATED_MILLIONS_MIN,
                    true));
            goals.add(new Goal(
                    "... to the C reader",
                    format(">= %.2f", RATIO_TO_C_MIN),
                    format("%.2f", ratio),
                    ratio >= RATIO_TO_C_MIN,
                    false));
            goals.add(new Goal(
                    "sustained, lost", "0", Long.toString(sustained.dropped()), sustained.dropped() == 0, true));
            goals.add(new Goal(
                    "... share of a core",
                    format("<= %.2f", CPU_SHARE_MAX),
                    format("%.2f", sustained.cpuShare()),
                    sustained.cpuShare() <= CPU_SHARE_MAX,
                    true));
            goals.add(new Goal(
                    "... p99 of the delay",
                    format("< %.0f us", P99_NS_MAX / 1e3),
                    format("%.0f us", sustained.p99Ns() / 1e3),
                    sustained.p99Ns() < P99_NS_MAX,
                    true));
            goals.add(new Goal("epoll, lost wake-ups", "0", Long.toString(stalls), stalls == 0, false));
            return goals;
        }

        private static String format(String text, double value) {
            return String.format(Locale.ROOT, text, value);
        }
    }

    private RingBench() {}

    /**
     * Measures; takes a little longer than the sustained run.
     *
     * @param progress told what is being measured
     * @throws BenchException when a reader gives a wrong answer, or the rig does not run
     */
    public static Result run(BenchOptions options, Consumer<String> progress) {
        Machine machine = Machine.now();
        try (RigProgram program = RigProgram.unpack()) {
            SaturatedBench.Result saturated = new SaturatedBench(program, options).run(progress);
            progress.accept("sustained: " + options.seconds() + " s at " + options.rate() + " events/s");
            SustainedBench.Result sustained = SustainedBench.java(program, options);
            progress.accept("sustained: C reader");
            SustainedBench.Result sustainedC = SustainedBench.c(program, options);
            WakeupRun.Result fenced = wakeups(program, options, "", RingReader::new, progress);
            WakeupRun.Result unfenced =
                    wakeups(program, options, ", without the fence", RingReader::withoutFence, progress);
            return new Result(
                    options,
                    machine,
                    saturated,
                    sustained,
                    sustainedC,
                    fenced.events(),
                    fenced.stalls(),
                    unfenced.stalls());
        }
    }

    private static WakeupRun.Result wakeups(
            RigProgram program,
            BenchOptions options,
            String how,
            Function<RingMemory, RingReader> newReader,
            Consumer<String> progress) {
        RigOptions rig = RigOptions.atRate(BenchOptions.WAKEUP_EVENTS, 1_000_000, options.inodes())
                .withWakeups();
        WakeupRun.Result sum = new WakeupRun.Result(0, 0, 0);
        for (int run = 0; run < options.wakeupRuns(); run++) {
            progress.accept("lost wake-ups" + how + ": run " + (run + 1) + " of " + options.wakeupRuns());
            sum = sum.plus(WakeupRun.run(program, rig, newReader));
        }
        return sum;
    }
}
