package dev.iputrace.cli;

import dev.iputrace.check.CheckerOptions;
import dev.iputrace.event.EventSource;
import dev.iputrace.trace.ReadAhead;
import java.nio.file.Files;
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
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Checks recorded traces: our own, the stream of iputrace-agent, text of ftrace, trace-cmd report and perf"
                    + " script, the lines of our bpftrace and systemtap scripts; gzipped or not. The format is told by"
                    + " the content. Each PATH is judged by itself; the worst decides the exit code."
        },
        footer = "%nHow to capture a trace with other tools: iputrace import --how ftrace")
final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private InputOptions input = new InputOptions();

    @Mixin
    private CheckOptions check = new CheckOptions();

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Mixin
    private SymbolOptions symbols = new SymbolOptions();

    @Option(names = "--from", paramLabel = "SECONDS", description = "Only events from then on, by the trace's clock.")
    @Nullable
    Double from;

    @Option(names = "--to", paramLabel = "SECONDS", description = "Only events until then.")
    @Nullable
    Double to;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "2: one thread reads a recording, another checks it; 1: one does both. Default: 2 where there"
                    + " are two processors.")
    @Nullable
    Integer threads;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Recording, stream or text trace; - for stdin.")
    private List<String> paths = new ArrayList<>();

    private @Nullable Stop stop;

    /** From good to bad: a proof holds in a damaged trace, too. */
    private static final List<Integer> WORSE =
            List.of(ExitCode.OK, ExitCode.UNKNOWN, ExitCode.BAD_INPUT, ExitCode.VIOLATION);

    @Override
    public Integer call() {
        if (threads != null && (threads < 1 || threads > 2)) {
            throw new CommandException(ExitCode.USAGE, "replay: --threads=" + threads + ", want 1 or 2");
        }
        input.from = from;
        input.to = to;
        CheckerOptions checker = check.toChecker();
        symbols.check();
        int worst = ExitCode.OK;
        for (String path : paths) {
            int code = replay(path, checker);
            worst = WORSE.indexOf(code) > WORSE.indexOf(worst) ? code : worst;
        }
        return worst;
    }

    /** Text is not worth a second thread: to parse it costs ten times what the check does. */
    private EventSource readAhead(EventSource trace, String path) {
        int wanted = threads == null ? Math.min(2, Runtime.getRuntime().availableProcessors()) : threads;
        return wanted > 1 && Files.isDirectory(Path.of(path)) ? new ReadAhead(trace) : trace;
    }

    private Stop stop() {
        Stop listening = stop;
        if (listening == null) {
            listening = Stop.onSignals();
            stop = listening;
        }
        return listening;
    }

    private int replay(String path, CheckerOptions checker) {
        Path kallsyms = symbols.given() != null ? symbols.given() : KeptSymbols.of(Path.of(path));
        // Until a trace is open, which for a pipe may take as long as its writer does, a signal just ends us.
        try (EventSource trace = readAhead(input.open(path), path);
                EventSource source = new Interruptible(trace, stop());
                Observation observation = new Observation(
                        source,
                        checker,
                        report,
                        SymbolOptions.read(kallsyms),
                        Watched.NOTHING,
                        Console.out(),
                        Console.err())) {
            ReplayProgress progress = new ReplayProgress(Console.err(), trace);
            observation.session().onTick(progress::show);
            observation.session().watch(() -> true);
            progress.done();
            return observation.end(summary -> {
                String damage = source.provenance().get("damage");
                int code = ExitCode.of(summary);
                if (damage == null) {
                    return code;
                }
                Console.err().println("iputrace: damaged input: path=" + path + ": " + damage);
                return code == ExitCode.VIOLATION ? code : ExitCode.BAD_INPUT;
            });
        }
    }
}
