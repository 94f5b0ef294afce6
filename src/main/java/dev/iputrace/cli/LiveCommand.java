package dev.iputrace.cli;

import dev.iputrace.agent.AgentSource;
import dev.iputrace.agent.StreamSource;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Level;
import dev.iputrace.report.Symbols;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.InputStream;
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
    private MetricsOptions metrics = new MetricsOptions();

    @Option(
            names = {"-s", "--seconds"},
            paramLabel = "N",
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

    @Override
    @SuppressWarnings("try") // what is served is only to be closed
    public Integer call() {
        Stop stop = Stop.onSignals();
        boolean local = from == null;
        try (EventSource source = local ? new AgentSource(probe.toAgent(Level.GUARD)) : new StreamSource(open());
                Observation observation = new Observation(
                        source,
                        check.toChecker(),
                        report,
                        symbols(local),
                        local ? Watched.THIS_HOST : Watched.OTHER_HOST,
                        Console.out(),
                        Console.err())) {
            Progress progress = new Progress(Console.err(), source.provenance());
            long endNs = seconds == null ? Long.MAX_VALUE : System.nanoTime() + seconds * 1_000_000_000L;
            try (MetricsOptions.Serving served = metrics.serve(observation.session(), source, progress::show)) {
                observation.session().watch(() -> !stop.asked() && System.nanoTime() < endNs);
            }
            progress.done();
            return observation.end(summary -> ExitCode.of(summary.verdict()));
        }
    }

    /** This host's symbols say nothing about another one's addresses. */
    private Symbols symbols(boolean local) {
        return local || !report.kallsyms.equals(ReportOptions.KALLSYMS) ? Observation.symbols(report) : Symbols.none();
    }

    private InputStream open() {
        if ("-".equals(from)) {
            return new FileInputStream(FileDescriptor.in);
        }
        try {
            return new FileInputStream(String.valueOf(from));
        } catch (FileNotFoundException e) {
            throw new CommandException(ExitCode.BAD_INPUT, "cannot read the stream: " + e.getMessage());
        }
    }
}
