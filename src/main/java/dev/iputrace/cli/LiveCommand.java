package dev.iputrace.cli;

import dev.iputrace.agent.AgentSource;
import dev.iputrace.event.Level;
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

    @Option(
            names = {"-s", "--seconds"},
            paramLabel = "N",
            description = "Stop after N seconds.")
    @Nullable Long seconds;

    @Override
    public Integer call() {
        Stop stop = Stop.onSignals();
        try (AgentSource source = new AgentSource(probe.toAgent(Level.GUARD));
                Observation observation = new Observation(
                        source, check.toChecker(), report, Observation.symbols(report), true, System.out, System.err)) {
            Progress progress = new Progress(System.err, source.provenance());
            observation.session().onTick(progress::show);
            long endNs = seconds == null ? Long.MAX_VALUE : System.nanoTime() + seconds * 1_000_000_000L;
            return observation.run(
                    () -> !stop.asked() && System.nanoTime() < endNs, summary -> ExitCode.of(summary.verdict()));
        }
    }
}
