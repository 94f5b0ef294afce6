package dev.iputrace.cli;

import dev.iputrace.check.Summary;
import dev.iputrace.event.EventSource;
import dev.iputrace.event.Level;
import dev.iputrace.event.Provenance;
import dev.iputrace.trace.ctf.RecordingThread;
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
        ReportOptions report = new ReportOptions();
        report.json = json;
        report.evidence = ReportOptions.EVIDENCE;
        try (EventSource source = new Backends().open(probe, Level.FULL);
                RecordingThread recording = record.start(directory, source);
                Observation observation = new Observation(
                        source,
                        check.toChecker(),
                        report,
                        Observation.symbols(report),
                        Watched.THIS_HOST,
                        Console.err(),
                        Console.err())) {
            Tick tick = new Tick(recording, source, new Progress(Console.err(), source.provenance()));
            observation.session().tap(recording).onTick(tick::on);
            Child child = command.isEmpty() ? null : Child.start(command);
            long endNs = seconds == null ? Long.MAX_VALUE : System.nanoTime() + seconds * 1_000_000_000L;
            observation
                    .session()
                    .watch(() -> child != null ? child.goesOn(stop) : !stop.asked() && System.nanoTime() < endNs);
            tick.progress.done();
            int code = observation.end(summary -> {
                recording.describe(source.provenance());
                int childCode = child == null ? ExitCode.OK : child.exitCode();
                return ExitCode.of(summary.verdict(), childCode);
            });
            tell(recording);
            return code;
        }
    }

    private void tell(RecordingThread recording) {
        recording.close();
        String problem = recording.problem();
        Console.err().println("iputrace: " + (problem != null ? problem : "recorded into " + directory));
        if (recording.dropped() > 0) {
            Console.err().println("iputrace: the disk was too slow: " + recording.dropped() + " cells not recorded");
        }
    }

    /** Once a second: what was seen goes on to the recording, and so does what became known of the source. */
    private static final class Tick {
        private final RecordingThread recording;
        private final EventSource source;
        private final Progress progress;
        private Provenance described;
        private boolean told;

        Tick(RecordingThread recording, EventSource source, Progress progress) {
            this.recording = recording;
            this.source = source;
            this.progress = progress;
            this.described = source.provenance();
        }

        void on(Summary summary) {
            progress.show(summary);
            recording.handOver();
            Provenance now = source.provenance();
            if (now != described) {
                described = now;
                recording.describe(now);
            }
            String problem = recording.problem();
            if (problem != null && !told) {
                told = true;
                Console.err().println("iputrace: " + problem);
            }
        }
    }
}
