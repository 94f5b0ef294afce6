package dev.iputrace.cli;

import dev.iputrace.bench.BenchException;
import dev.iputrace.bench.BenchJson;
import dev.iputrace.bench.BenchResult;
import dev.iputrace.bench.BenchText;
import dev.iputrace.bench.CheckBench;
import dev.iputrace.bench.ImportBench;
import dev.iputrace.bench.RecordBench;
import dev.iputrace.bench.ReplayBench;
import dev.iputrace.bench.SpeedOptions;
import dev.iputrace.bench.StartBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code iputrace bench check|replay|record|import|start}: the same options, each with its own rivals. */
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:every goal that can be judged was met", "1:one was missed, or an error", "2:usage"})
abstract class SpeedBenchCommand implements Callable<Integer> {
    @Option(
            names = "--events",
            paramLabel = "N",
            description = "of each contestant and round, about (default: 4000000; --quick: 1000000)")
    @Nullable
    private Long events;

    @Option(
            names = "--inodes",
            paramLabel = "N",
            split = ",",
            description = "check takes several (default: 1000,100000,1000000,10000000; --quick: the first three);"
                    + " the others one (default: 100000)")
    private List<Integer> inodes = new ArrayList<>();

    @Option(names = "--rounds", paramLabel = "N", description = "(default: 5; --quick: 3)")
    @Nullable
    private Integer rounds;

    @Option(
            names = "--large",
            paramLabel = "BYTES",
            converter = Bytes.class,
            description = "recording whose replay must need little memory (default: 10G; --quick: 512M)")
    @Nullable
    private Long large;

    @Option(names = "--quick", description = "fewer events and rounds, for a look")
    private boolean quick;

    @Option(names = "--json", description = "one JSON object instead of text")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    abstract BenchResult measure(SpeedOptions options) throws IOException;

    /** When none are asked for. */
    List<Integer> inodes(boolean isQuick) {
        return List.of(100_000);
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            BenchResult result = measure(options(err));
            out.print(json ? BenchJson.of(result) + "\n" : BenchText.of(result));
            out.flush();
            return result.passed() ? ExitCode.OK : ExitCode.INTERNAL;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (BenchException | IOException e) {
            err.println("iputrace: " + e.getMessage());
            return ExitCode.INTERNAL;
        }
    }

    private SpeedOptions options(PrintWriter err) {
        return new SpeedOptions(
                events != null ? events : quick ? 1_000_000 : 4_000_000,
                inodes.isEmpty() ? inodes(quick) : inodes,
                rounds != null ? rounds : quick ? 3 : 5,
                large != null ? large : quick ? 512L << 20 : 10L << 30,
                Self.command(),
                step -> {
                    err.println("bench: " + step);
                    err.flush();
                });
    }

    /** {@code iputrace bench check}. */
    @Command(
            name = "check",
            description =
                    "The checker on events in memory, beside the same rules in C and Python, by number of inodes.")
    static final class OfCheck extends SpeedBenchCommand {
        @Override
        BenchResult measure(SpeedOptions options) throws IOException {
            return CheckBench.run(options);
        }

        @Override
        List<Integer> inodes(boolean isQuick) {
            return isQuick ? List.of(1000, 100_000, 1_000_000) : List.of(1000, 100_000, 1_000_000, 10_000_000);
        }
    }

    /** {@code iputrace bench replay}. */
    @Command(
            name = "replay",
            description = "A recording read and checked, beside babeltrace2, which only reads, and Python; and the"
                    + " memory that the replay of a large one needs.")
    static final class OfReplay extends SpeedBenchCommand {
        @Override
        BenchResult measure(SpeedOptions options) throws IOException {
            return ReplayBench.run(options);
        }
    }

    /** {@code iputrace bench record}. */
    @Command(name = "record", description = "Events recorded to the page cache, beside cat and babeltrace2.")
    static final class OfRecord extends SpeedBenchCommand {
        @Override
        BenchResult measure(SpeedOptions options) throws IOException {
            return RecordBench.run(options);
        }
    }

    /** {@code iputrace bench import}. */
    @Command(name = "import", description = "Lines of trace_pipe read, beside mawk.")
    static final class OfImport extends SpeedBenchCommand {
        @Override
        BenchResult measure(SpeedOptions options) throws IOException {
            return ImportBench.run(options);
        }
    }

    /** {@code iputrace bench start}. */
    @Command(name = "start", description = "Whole processes: --version, and the replay of a million events.")
    static final class OfStart extends SpeedBenchCommand {
        @Override
        BenchResult measure(SpeedOptions options) throws IOException {
            return StartBench.run(options);
        }
    }
}
