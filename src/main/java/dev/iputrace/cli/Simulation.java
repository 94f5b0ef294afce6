package dev.iputrace.cli;

import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSource;
import dev.iputrace.sim.SimOptions;
import dev.iputrace.sim.Simulator;
import dev.iputrace.sim.Workload;
import dev.iputrace.sim.kernel.Era;
import dev.iputrace.sim.kernel.Panic;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** One run of the simulator under the checker, and what the fake kernel said at its end. */
final class Simulation {
    /** What a host that cannot be probed is shown instead: the machine that panicked, soon after it was started. */
    static final SimOptions SHOWN = SimOptions.of(Era.RHEL6_279, Workload.SEED, 3);

    private final SimOptions options;
    private final Pace pace;
    private final CheckerOptions check;
    private final ReportOptions report;
    private final KeepOptions keep;
    private final MetricsOptions metrics;

    Simulation(
            SimOptions options,
            Pace pace,
            CheckerOptions check,
            ReportOptions report,
            KeepOptions keep,
            MetricsOptions metrics) {
        this.options = options;
        this.pace = pace;
        this.check = check;
        this.report = report;
        this.keep = keep;
        this.metrics = metrics;
    }

    /** Every line it prints is marked; {@code out} is where the report goes unless the options say otherwise. */
    static int instead(
            CheckerOptions check,
            ReportOptions report,
            KeepOptions keep,
            MetricsOptions metrics,
            PrintStream out,
            BooleanSupplier goOn,
            ToIntFunction<Summary> exitCode) {
        PrintStream err = MarkedStream.of(Console.err());
        err.println("*** what follows is SIMULATED: the seed scenario on a fake kernel, source=sim ***");
        report.marked = !report.json;
        int code = new Simulation(SHOWN, Pace.REAL_TIME, check, report, keep, metrics)
                .run(report.marked ? MarkedStream.of(out) : out, err, goOn, exitCode);
        err.printf("*** that was SIMULATED: this host's kernel was not watched (exit code %d) ***%n", code);
        return code;
    }

    int run(BooleanSupplier goOn, ToIntFunction<Summary> exitCode) {
        return run(Console.out(), Console.err(), goOn, exitCode);
    }

    @SuppressWarnings({"try", "ReferenceEquality"}) // what is served is only to be closed; FLAT_OUT is no pace at all
    private int run(PrintStream out, PrintStream err, BooleanSupplier goOn, ToIntFunction<Summary> exitCode) {
        Simulator simulator = new Simulator(options);
        AtomicLong firstViolationNs = new AtomicLong();
        try (EventSource source = pace == Pace.FLAT_OUT ? simulator : new Paced(simulator, pace);
                KeepOptions.Keeping recording =
                        keep.start(source, false, KeptSymbols.From.symbols(simulator.symbols()));
                Observation observation = new Observation(
                        source,
                        check,
                        report,
                        address -> simulator.symbols().name(address),
                        Watched.NOTHING,
                        out,
                        err)) {
            observation
                    .session()
                    .onProof(finding ->
                            firstViolationNs.compareAndSet(0, finding.seen().tsNs()));
            Consumer<Summary> listener = recording.follow(observation.session(), summary -> {});
            try (MetricsOptions.Serving served = metrics.serve(observation.session(), source, listener)) {
                observation.session().watch(goOn);
            }
            int code = observation.end(exitCode);
            tellPanic(simulator, firstViolationNs.get(), err);
            if (simulator.hung()) {
                err.println("iputrace: the SIMULATED machine hung: every task waited for something that never came");
            }
            return code;
        }
    }

    private static void tellPanic(Simulator simulator, long violationNs, PrintStream err) {
        Panic panic = simulator.panic();
        if (panic == null) {
            return;
        }
        err.println("iputrace: the SIMULATED kernel has panicked:");
        for (String line : panic.lines()) {
            err.printf(Locale.ROOT, "[%12.6f] %s%n", panic.tsNs() / 1e9, line);
        }
        if (violationNs != 0) {
            err.printf(
                    Locale.ROOT,
                    "iputrace: the first violation was reported %.3f ms before, in simulated time%n",
                    (panic.tsNs() - violationNs) / 1e6);
        }
    }
}
