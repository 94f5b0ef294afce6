package dev.iputrace.cli;

import dev.iputrace.check.CheckerOptions;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        showEndOfOptionsDelimiterInUsageHelp = true,
        description = {
            "Watches this host's kernel as live does, or CMD as run does, and keeps every event in a recording (CTF"
                    + " 1.8) that replay, babeltrace2 and Trace Compass read. A full disk ends the recording, not the"
                    + " watching. Exit codes as of run."
        },
        footer = "%nExample: sudo iputrace record -o seed.ctf -- stress --io 2 --hdd 2 --timeout 60")
final class RecordCommand implements Callable<Integer> {
    @Option(names = "-o", required = true, paramLabel = "DIR", description = "The recording: a directory to make.")
    private Path directory = Path.of("");

    @Mixin
    private RecordOptions record = new RecordOptions();

    @Mixin
    private ProbeOptions probe = new ProbeOptions();

    @Mixin
    private CheckOptions check = new CheckOptions();

    @Option(
            names = "--json",
            description = "Report as JSON, one object a line, each with a schema field; the last is the verdict.")
    boolean json;

    @Option(
            names = {"-s", "--seconds"},
            paramLabel = "N",
            converter = Seconds.class,
            description = "Without CMD: stop after N seconds.")
    @Nullable
    Long seconds;

    @Parameters(
            paramLabel = "CMD",
            arity = "0..*",
            description = "The command and its arguments. Default: until Ctrl-C.")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() {
        Stop stop = Stop.onSignals();
        CheckerOptions checker = check.toChecker();
        ReportOptions report = new ReportOptions();
        Path kallsyms = new SymbolOptions().local();
        report.json = json;
        try (EventSource source = new Backends().open(probe, Level.FULL);
                Recording recording = record.start(directory, source, true, KeptSymbols.From.file(kallsyms));
                Observation observation = new Observation(
                        source,
                        checker,
                        report,
                        SymbolOptions.read(kallsyms),
                        Watched.thisHost(new EvidenceOptions()),
                        Console.err(),
                        Console.err())) {
            Progress progress = new Progress(Console.err(), source.provenance());
            observation.session().onTick(recording.follow(observation.session(), progress::show));
            Child child = command.isEmpty() ? null : Child.start(command);
            long endNs = seconds == null ? Long.MAX_VALUE : System.nanoTime() + seconds * Seconds.NS;
            observation
                    .session()
                    .watch(() -> child != null ? child.goesOn(stop) : !stop.asked() && System.nanoTime() < endNs);
            progress.done();
            int code = observation.end(summary -> {
                int childCode = child == null ? ExitCode.OK : child.exitCode();
                return ExitCode.of(summary, childCode);
            });
            return code;
        }
    }
}
