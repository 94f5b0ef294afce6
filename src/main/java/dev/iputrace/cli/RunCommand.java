package dev.iputrace.cli;

import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        showEndOfOptionsDelimiterInUsageHelp = true,
        description = {
            "Attaches, runs CMD, detaches, and says what happened.",
            "Exit code: 10 for a violation; else CMD's own (128 + number when a signal killed it) if that is not 0;"
                    + " else 11 when something was lost, or 0. 126 and 127 as in a shell."
        },
        footer = "%nExample: sudo iputrace run --mount /mnt -- stress --io 2 --hdd 2 --timeout 60")
final class RunCommand implements Callable<Integer> {
    /** How --exit says what the exit code tells. */
    enum Exit {
        VERDICT,
        CHILD
    }

    @Mixin
    private ProbeOptions probe = new ProbeOptions();

    @Mixin
    private CheckOptions check = new CheckOptions();

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Mixin
    private SymbolOptions symbols = new SymbolOptions();

    @Mixin
    private EvidenceOptions evidence = new EvidenceOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Mixin
    private KeepOptions keep = new KeepOptions();

    @Option(
            names = "--exit",
            paramLabel = "WHAT",
            defaultValue = "verdict",
            description = "verdict: as above; child: always CMD's code. Default: ${DEFAULT-VALUE}.")
    Exit exit = Exit.VERDICT;

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            converter = Seconds.class,
            defaultValue = "0",
            description =
                    "Go on watching for SECONDS after CMD has ended: writeback is late. Default: ${DEFAULT-VALUE}.")
    long settleSeconds;

    @Option(
            names = "--simulate",
            description = "Do not probe this host: show a simulated kernel while CMD runs, marked as such. What it"
                    + " breaks has nothing to do with CMD. Without it, a host that cannot be probed is exit code 4.")
    boolean simulate;

    @Parameters(paramLabel = "CMD", arity = "1..*", description = "The command and its arguments.")
    private List<String> command = new ArrayList<>();

    @Override
    @SuppressWarnings("try") // what is served is only to be closed
    public Integer call() {
        Stop stop = Stop.onSignals();
        CheckerOptions checker = check.toChecker();
        symbols.check();
        if (simulate) {
            return simulated(checker, stop);
        }
        try (EventSource source = new Backends().open(probe, Level.FULL);
                KeepOptions.Keeping recording = keep.start(source, true, KeptSymbols.From.file(symbols.local()));
                Observation observation = new Observation(
                        source,
                        checker,
                        report,
                        SymbolOptions.read(symbols.local()),
                        Watched.thisHost(evidence),
                        Console.err(),
                        Console.err())) {
            Progress progress = new Progress(Console.err(), source.provenance());
            Child child;
            try (MetricsOptions.Serving served = metrics.serve(
                    observation.session(), source, recording.follow(observation.session(), progress::show))) {
                child = Child.start(command);
                observation.session().watch(() -> child.goesOn(stop) || child.settles(settleSeconds, stop));
            }
            progress.done();
            return observation.end(summary -> exitCode(summary, child));
        }
    }

    /** CMD starts when all that could still be refused is there. */
    private int simulated(CheckerOptions checker, Stop stop) {
        Supplier<Child> child = new Supplier<>() {
            private @Nullable Child started;

            @Override
            public Child get() {
                Child running = started == null ? Child.start(command) : started;
                started = running;
                return running;
            }
        };
        BooleanSupplier goOn = () -> child.get().goesOn(stop) || child.get().settles(settleSeconds, stop);
        return Simulation.instead(checker, report, keep, metrics, Console.err(), goOn, summary -> {
            // A fake kernel may panic long before CMD has ended.
            child.get().await(stop);
            return exitCode(summary, child.get());
        });
    }

    private int exitCode(Summary summary, Child child) {
        return exit == Exit.CHILD ? child.exitCode() : ExitCode.of(summary, child.exitCode());
    }
}
