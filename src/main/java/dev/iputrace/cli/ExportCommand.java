package dev.iputrace.cli;

import dev.iputrace.event.EventSource;
import dev.iputrace.model.Rule;
import dev.iputrace.model.StatelessRules;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import dev.iputrace.trace.export.Csv;
import dev.iputrace.trace.export.Exporter;
import dev.iputrace.trace.export.JsonLines;
import dev.iputrace.trace.export.Perfetto;
import dev.iputrace.trace.export.SuspectWindows;
import dev.iputrace.trace.export.Suspects;
import dev.iputrace.trace.input.Inputs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes a trace in a format for other tools.",
        footer = "%nExample: iputrace export recording --to perfetto -o trace.pftrace   (open in ui.perfetto.dev)")
final class ExportCommand implements Callable<Integer> {
    /** What can be written. */
    enum Format {
        JSONL,
        CSV,
        PERFETTO,
        CTF
    }

    @Option(names = "--to", required = true, paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}")
    Format format = Format.JSONL;

    @Option(names = "-o", paramLabel = "FILE", description = "Where to; ctf: a directory. Default: stdout.")
    @Nullable
    Path output;

    @Option(
            names = "--around",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "perfetto: only this long before and after each suspect call. Default: ${DEFAULT-VALUE}.")
    double aroundSeconds;

    @Option(names = "--after", paramLabel = "SECONDS", description = "Only events from then on, by the trace's clock.")
    @Nullable
    Double after;

    @Option(names = "--before", paramLabel = "SECONDS", description = "Only events until then.")
    @Nullable
    Double before;

    @Option(names = "--all", description = "perfetto: all events, not only those around suspect calls.")
    boolean all;

    @Mixin
    private InputOptions input = new InputOptions();

    @Parameters(paramLabel = "PATH", description = "Recording, stream or text trace; - for stdin.")
    private String path = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private static final Suspects SUSPECTS = cell -> {
        int broken = StatelessRules.broken(cell);
        return broken == 0 ? null : name(broken);
    };

    private static String name(int broken) {
        for (Rule rule : Rule.values()) {
            if ((broken & rule.bit()) != 0) {
                return rule.id() + " " + rule.title();
            }
        }
        return "broken";
    }

    @Override
    public Integer call() {
        input.from = after;
        input.to = before;
        try (EventSource source = input.open(path)) {
            if (format == Format.CTF) {
                return record(source);
            }
            try (OutputStream out = output == null ? Console.out() : Files.newOutputStream(output)) {
                export(source, out);
            }
            Copy.complain(source, null);
            return Copy.exitCode(source);
        } catch (IOException e) {
            throw new CommandException(ExitCode.INTERNAL, "export: cannot write: path=" + output + ": " + Reason.of(e));
        }
    }

    private int record(EventSource source) throws IOException {
        if (output == null) {
            throw new ParameterException(spec.commandLine(), "--to ctf needs -o DIR");
        }
        try (Recorder recorder = new Recorder(output, source.provenance(), RecorderOptions.UNBOUNDED)) {
            Copy.all(source, recorder);
            recorder.describe(source.provenance());
            Copy.complain(source, recorder.problem());
            return recorder.problem() != null ? ExitCode.INTERNAL : Copy.exitCode(source);
        }
    }

    private void export(EventSource source, OutputStream out) throws IOException {
        if (format == Format.PERFETTO) {
            perfetto(source, out);
            return;
        }
        try (Exporter exporter = format == Format.CSV ? new Csv(out) : new JsonLines(out, source.provenance())) {
            Copy.all(source, exporter);
        }
    }

    private void perfetto(EventSource source, OutputStream out) throws IOException {
        SuspectWindows windows = new SuspectWindows(SUSPECTS, Math.round(aroundSeconds * 1e9));
        if (!all) {
            if (path.equals(Inputs.PIPE)) {
                throw new ParameterException(spec.commandLine(), "stdin cannot be read twice: give a file, or --all");
            }
            try (EventSource first = input.open(path)) {
                Copy.all(first, windows);
            }
        }
        boolean everything = all || windows.found() == 0;
        try (Perfetto exporter = new Perfetto(out, source.provenance().kernel(), SUSPECTS)) {
            Copy.all(source, cell -> {
                if (everything || windows.contains(cell.tsNs())) {
                    exporter.cell(cell);
                }
            });
            if (exporter.omitted() > 0) {
                Console.err()
                        .println("iputrace: " + exporter.omitted() + " events left out, a browser takes about "
                                + Perfetto.EVENTS_MAX + ": narrow it by --after, --before or --inode");
            }
        }
    }
}
