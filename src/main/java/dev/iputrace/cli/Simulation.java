package dev.iputrace.cli;

import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSource;
import dev.iputrace.sim.SimOptions;
import dev.iputrace.sim.Simulator;
import dev.iputrace.sim.kernel.Panic;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;

/** One run of the simulator under the checker, and what the fake kernel said at its end. */
final class Simulation {
    private final SimOptions options;
    private final boolean realTime;
    private final CheckerOptions check;
    private final ReportOptions report;
    private final KeepOptions keep;

    Simulation(SimOptions options, boolean realTime, CheckerOptions check, ReportOptions report, KeepOptions keep) {
        this.options = options;
        this.realTime = realTime;
        this.check = check;
        this.report = report;
        this.keep = keep;
    }

    int run(BooleanSupplier goOn, ToIntFunction<Summary> exitCode) {
        Simulator simulator = new Simulator(options);
        PrintStream err = Console.err();
        AtomicLong firstViolationNs = new AtomicLong();
        try (EventSource source = realTime ? new Paced(simulator) : simulator;
                KeepOptions.Keeping recording = keep.start(source, false);
                Observation observation = new Observation(
                        source,
                        check,
                        report,
                        address -> simulator.symbols().name(address),
                        Watched.NONE,
                        Console.out(),
                        err)) {
            observation
                    .session()
                    .onProof(finding ->
                            firstViolationNs.compareAndSet(0, finding.seen().tsNs()));
            observation.session().onTick(recording.follow(observation.session(), summary -> {}));
            observation.session().watch(goOn);
            int code = observation.end(exitCode);
            tellPanic(simulator, firstViolationNs.get(), err);
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
