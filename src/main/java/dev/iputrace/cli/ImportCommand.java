package dev.iputrace.cli;

import dev.iputrace.event.EventSource;
import dev.iputrace.trace.TraceFormatException;
import dev.iputrace.trace.capture.CaptureRecipe;
import dev.iputrace.trace.ctf.Recorder;
import dev.iputrace.trace.ctf.RecorderOptions;
import java.io.IOException;
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
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Tells how to capture a trace with another tool (--how), or turns one into a recording of ours.",
        footer = {
            "%nExamples: iputrace import --how ftrace --kernel 6.1.0-56-amd64",
            "          iputrace import trace.txt --kernel 6.1.0 -o recording"
        })
final class ImportCommand implements Callable<Integer> {
    @Option(
            names = "--how",
            paramLabel = "TOOL",
            description = "Print the commands for ftrace, trace-cmd, perf, bpftrace or systemtap, offsets filled in"
                    + " for --kernel or --btf, or for this host.")
    @Nullable
    String how;

    @Option(names = "--btf", paramLabel = "FILE", description = "Take the offsets from this kernel's BTF.")
    @Nullable
    Path btf;

    @Option(names = "-o", paramLabel = "DIR", description = "The recording to make.")
    @Nullable
    Path output;

    @Mixin
    private InputOptions input = new InputOptions();

    @Parameters(paramLabel = "PATH", arity = "0..1", description = "The trace; - for stdin.")
    @Nullable
    String path;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (how != null) {
            return printHow(how);
        }
        if (path == null || output == null) {
            throw new ParameterException(spec.commandLine(), "Give --how TOOL, or PATH and -o DIR");
        }
        try (EventSource source = input.open(path);
                Recorder recorder = new Recorder(output, source.provenance(), RecorderOptions.UNBOUNDED)) {
            long cells = Copy.all(source, recorder);
            recorder.describe(source.provenance());
            Copy.complain(source, recorder.problem());
            Console.err().println("iputrace: " + cells + " cells into " + output);
            return recorder.problem() != null ? ExitCode.INTERNAL : Copy.exitCode(source);
        } catch (IOException e) {
            throw new CommandException(ExitCode.INTERNAL, "cannot record: path=" + output + ": " + Reason.of(e));
        }
    }

    private int printHow(String tool) {
        try {
            Console.out().print(CaptureRecipe.text(tool, input.kernel, btf));
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (IOException | TraceFormatException e) {
            throw new CommandException(ExitCode.BAD_INPUT, "how: " + e.getMessage());
        }
    }
}
