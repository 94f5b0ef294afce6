package dev.iputrace.cli;

import dev.iputrace.check.CheckerOptions;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Level;
import dev.iputrace.event.SourceRefusedException;
import dev.iputrace.trace.input.Inputs;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "live",
        mixinStandardHelpOptions = true,
        description = "Watches this host's kernel until Ctrl-C, or --seconds.",
        footer = "%nExample: sudo iputrace live --mount /data --json >> /var/log/iputrace.jsonl")
final class LiveCommand implements Callable<Integer> {
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
            names = {"-s", "--seconds"},
            paramLabel = "N",
            converter = Seconds.class,
            description = "Stop after N seconds.")
    @Nullable
    Long seconds;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Do not probe this host: read the stream of iputrace-agent on another one from FILE, - for"
                    + " stdin. Give --kallsyms with that host's symbols for stacks with names.")
    @Nullable
    String from;

    @Option(
            names = "--no-fallback",
            description = "Where this host cannot be probed, only say why; default: show a simulated kernel as well.")
    boolean noFallback;

    private final long startNs = System.nanoTime();

    @Override
    public Integer call() {
        Stop stop = Stop.onSignals();
        CheckerOptions checker = check.toChecker();
        symbols.check();
        if (from != null) {
            probe.wantNothing("--from");
        }
        try {
            return watch(checker, stop);
        } catch (SourceRefusedException e) {
            if (noFallback || from != null) {
                throw e;
            }
            return simulate(checker, e, stop);
        }
    }

    /** Shows what iputrace would do, unmistakably marked; the exit code still says that nothing was probed. */
    private int simulate(CheckerOptions checker, SourceRefusedException why, Stop stop) {
        Console.err().println("iputrace: " + why.getMessage());
        return Simulation.instead(
                checker, report, keep, metrics, Console.out(), () -> goesOn(stop), summary -> ExitCode.CANNOT_PROBE);
    }

    private boolean goesOn(Stop stop) {
        return !stop.asked() && (seconds == null || System.nanoTime() - startNs < seconds * Seconds.NS);
    }

    @SuppressWarnings("try") // what is served is only to be closed
    private int watch(CheckerOptions checker, Stop stop) {
        boolean local = from == null;
        try (EventSource source = local ? new Backends().open(probe, Level.GUARD) : stream();
                KeepOptions.Keeping recording = keep.start(source, true, kept(local));
                Observation observation = new Observation(
                        source,
                        checker,
                        report,
                        SymbolOptions.read(kallsyms(local)),
                        local ? Watched.thisHost(evidence) : Watched.otherHost(evidence),
                        Console.out(),
                        Console.err())) {
            Progress progress = new Progress(Console.err(), source.provenance());
            try (MetricsOptions.Serving served = metrics.serve(
                    observation.session(), source, recording.follow(observation.session(), progress::show))) {
                observation.session().watch(() -> goesOn(stop));
            }
            progress.done();
            return observation.end(summary -> ExitCode.of(summary));
        }
    }

    /** This host's symbols say nothing about another one's addresses. */
    private @Nullable Path kallsyms(boolean local) {
        return local ? symbols.local() : symbols.given();
    }

    private KeptSymbols.@Nullable From kept(boolean local) {
        Path kallsyms = kallsyms(local);
        return kallsyms == null ? null : KeptSymbols.From.file(kallsyms);
    }

    private EventSource stream() {
        try {
            return Inputs.openStream("-".equals(from) ? System.in : new FileInputStream(String.valueOf(from)));
        } catch (IOException e) {
            throw new CommandException(ExitCode.BAD_INPUT, "cannot read the stream: " + e.getMessage());
        }
    }
}
