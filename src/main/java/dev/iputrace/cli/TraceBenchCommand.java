package dev.iputrace.cli;

import dev.iputrace.bench.BenchException;
import dev.iputrace.bench.TraceBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code iputrace bench trace}. */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        aliases = {"check", "replay", "record", "import"},
        description = {
            "Measure checker, recorder, replay and text import beside the C reference, Python, babeltrace2 and mawk on",
            "the same events, in one run; all must count the same events and violations."
        })
final class TraceBenchCommand implements Callable<Integer> {
    @Option(names = "--events", paramLabel = "N", defaultValue = "4000000", description = "default: ${DEFAULT-VALUE}")
    private long events;

    @Option(names = "--inodes", paramLabel = "N", defaultValue = "100000", description = "default: ${DEFAULT-VALUE}")
    private int inodes;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "default: ${DEFAULT-VALUE}")
    private int rounds;

    @Override
    public Integer call() {
        try {
            Console.out()
                    .print(TraceBench.run(
                            events, inodes, rounds, step -> Console.err().println("bench: " + step)));
            return ExitCode.OK;
        } catch (BenchException e) {
            Console.err().println("iputrace: " + e.getMessage());
            return ExitCode.INTERNAL;
        }
    }
}
